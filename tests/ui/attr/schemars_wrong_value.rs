// errors: 11
use tool_runtime::tool;

/// Does something.
#[tool]
async fn run(
    /// A value.
    #[schemars(range)]
    _a: u8,
    /// A value.
    #[schemars(regex = "a")]
    _b: u8,
    /// A value.
    #[schemars(regex(path = "a"))]
    _c: u8,
    /// A value.
    #[schemars(with = String)]
    _d: u8,
    /// A value.
    #[schemars(schema_with = "1")]
    _e: u8,
    /// A value.
    #[schemars(extend)]
    _f: u8,
    /// A value.
    #[schemars(extend(a = 1))]
    _g: u8,
    /// A value.
    #[schemars(extend("a"))]
    _h: u8,
    /// A value.
    #[schemars(transform)]
    _i: u8,
    /// A value.
    #[schemars(title)]
    _j: u8,
    /// A value.
    #[schemars(email = true)]
    _k: u8,
) {
}

fn main() {}
