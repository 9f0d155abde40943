use tool_runtime::tool;

struct Db;

/// Search.
#[tool]
async fn search(#[arg(flatten)] #[state] db: &Db) {
    let _ = db;
}

fn main() {}
