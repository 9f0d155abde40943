// errors: 11
use tool_runtime::tool;

/// Does something.
#[tool]
async fn run(
    /// A value.
    #[serde(flatten)]
    _a: u8,
    /// A value.
    #[serde(skip)]
    _b: u8,
    /// A value.
    #[serde(skip_deserializing)]
    _c: u8,
    /// A value.
    #[serde(skip_serializing)]
    _d: u8,
    /// A value.
    #[serde(skip_serializing_if = "is_zero")]
    _e: u8,
    /// A value.
    #[serde(serialize_with = "write")]
    _f: u8,
    /// A value.
    #[serde(getter = "get")]
    _g: u8,
    /// A value.
    #[serde(borrow)]
    _h: u8,
    /// A value.
    #[serde(bound = "")]
    _i: u8,
    /// A value.
    #[serde(rename_all = "camelCase")]
    _j: u8,
    /// A value.
    #[serde(rename(serialize = "a"))]
    _k: u8,
) {
}

fn main() {}
