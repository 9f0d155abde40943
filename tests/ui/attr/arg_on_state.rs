use tool_runtime::tool;

/// Does something.
#[tool]
async fn run(
    #[state]
    #[arg(default)]
    _db: &u8,
) {
}

fn main() {}
