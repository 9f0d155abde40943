// errors: 3
use tool_runtime::tool;

/// Does something.
#[tool]
async fn run(
    /// A value.
    #[schemars(exampel = 1)]
    _a: u8,
    /// A value.
    #[schemars(alias = "a")]
    _b: u8,
    /// A value.
    #[schemars(!default)]
    _c: u8,
) {
}

fn main() {}
