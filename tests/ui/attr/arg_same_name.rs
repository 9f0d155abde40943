// errors: 3
use tool_runtime::tool;

/// Does something.
#[tool]
async fn run(
    /// A value.
    #[arg(rename = "c", alias = "c")]
    a: u8,
    /// A value.
    b: u8,
    /// A value.
    #[serde(rename = "b")]
    _x: u8,
    /// A value.
    #[arg(alias = "c")]
    _y: u8,
) {
}

fn main() {}
