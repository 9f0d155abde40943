// errors: 8
use tool_runtime::tool;

/// Does something.
#[tool]
async fn run(
    /// A value.
    #[serde(rename)]
    _a: u8,
    /// A value.
    #[serde(rename(read = "a"))]
    _b: u8,
    /// A value.
    #[serde(alias)]
    _c: u8,
    /// A value.
    #[serde(default = 1)]
    _d: u8,
    /// A value.
    #[serde(default = "1 + 1")]
    _e: u8,
    /// A value.
    #[serde(default(1))]
    _f: u8,
    /// A value.
    #[serde(with = hex)]
    _g: u8,
    /// A value.
    #[serde(deserialize_with = "1")]
    _h: u8,
) {
}

fn main() {}
