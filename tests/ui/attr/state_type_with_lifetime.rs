use tool_runtime::tool;

struct Db<'a>(&'a str);

/// Count.
#[tool]
async fn count<'a>(#[state] db: &Db<'a>) -> usize {
    db.0.len()
}

fn main() {}
