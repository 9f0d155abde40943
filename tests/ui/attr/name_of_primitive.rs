use tool_runtime::tool;

/// Make a text.
#[tool(pure)]
async fn str() {}

fn main() {
    let _: &'static std::primitive::str = "";
}
