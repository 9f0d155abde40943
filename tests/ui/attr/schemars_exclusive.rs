// errors: 2
use tool_runtime::tool;

/// Does something.
#[tool]
async fn run(
    /// A value.
    #[schemars(with = "u8", schema_with = "b", email, url)]
    _value: u8,
) {
}

fn main() {}
