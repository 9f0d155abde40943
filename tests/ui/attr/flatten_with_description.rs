use tool_runtime::tool;

#[derive(serde::Deserialize, schemars::JsonSchema)]
struct Search {
    /// What to look for.
    text: String,
}

/// Search.
#[tool(pure)]
async fn search(
    /// The search.
    #[arg(flatten)]
    search: Search,
) {
    let _ = search.text;
}

fn main() {}
