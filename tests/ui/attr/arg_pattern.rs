// errors: 6
use tool_runtime::tool;

/// Does something.
#[tool]
async fn run(
    /// A value.
    #[arg(pattern = "(")]
    _a: String,
    /// A value.
    #[arg(pattern = "\\p{L}")]
    _b: String,
    /// A value.
    #[arg(pattern = "\\Aa")]
    _c: String,
    /// A value.
    #[arg(pattern = "(?i)a")]
    _d: String,
    /// A value.
    #[arg(pattern = "[[:alpha:]]")]
    _e: String,
    /// A value.
    #[arg(pattern = "(?=a)")]
    _f: String,
) {
}

fn main() {}
