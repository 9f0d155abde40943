// errors: 2
use tool_runtime::tool;

#[derive(serde::Deserialize, schemars::JsonSchema)]
struct Search {
    /// What to look for.
    text: String,
}

/// Search.
#[tool(pure)]
async fn search(
    /// At most so many.
    limit: u8,
    #[arg(flatten)] search: Search,
    /// Where to begin.
    after: u64,
) {
    let _ = (limit, search.text, after);
}

fn main() {}
