// errors: 2
use tool_runtime::tool;

/// Does something.
#[tool]
async fn run(
    /// A value.
    #[serde(with = "hex")]
    _a: Vec<u8>,
    /// A value.
    #[serde(deserialize_with = "from_hex")]
    _b: Vec<u8>,
) {
}

fn main() {}
