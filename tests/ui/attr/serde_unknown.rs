// errors: 2
use tool_runtime::tool;

/// Does something.
#[tool]
async fn run(
    /// A value.
    #[serde(renam = "a")]
    _a: u8,
    /// A value.
    #[serde(colour)]
    _b: u8,
) {
}

fn main() {}
