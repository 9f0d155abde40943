// errors: 2
use tool_runtime::tool;

#[derive(serde::Deserialize, schemars::JsonSchema)]
struct Search {
    _text: String,
}

/// Does something.
#[tool]
async fn run(
    #[arg(flatten, rename = "a")]
    #[schemars(title = "b")]
    _all: Search,
) {
}

fn main() {}
