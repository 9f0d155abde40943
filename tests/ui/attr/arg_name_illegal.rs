// errors: 3
use tool_runtime::tool;

/// Does something.
#[tool]
async fn run(
    /// A value.
    #[arg(rename = "")]
    _a: u8,
    /// A value.
    #[arg(rename = "customer id")]
    _b: u8,
    /// A value.
    #[arg(rename = "größe")]
    _c: u8,
) {
}

fn main() {}
