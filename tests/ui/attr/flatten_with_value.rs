use tool_runtime::tool;

#[derive(serde::Deserialize, schemars::JsonSchema)]
struct Search {
    _text: String,
}

/// Does something.
#[tool]
async fn run(
    #[arg(flatten = true)]
    _all: Search,
) {
}

fn main() {}
