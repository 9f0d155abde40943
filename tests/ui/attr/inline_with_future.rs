use tool_runtime::tool;

/// Say hello.
#[tool(inline)]
fn hello() -> impl Future<Output = ()> {
    std::future::ready(())
}

fn main() {}
