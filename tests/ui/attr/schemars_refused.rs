// errors: 12
use tool_runtime::tool;

/// Does something.
#[tool]
async fn run(
    /// A value.
    #[schemars(required)]
    _a: u8,
    /// A value.
    #[schemars(inner(range(min = 1)))]
    _b: u8,
    /// A value.
    #[schemars(contains = "a")]
    _c: u8,
    /// A value.
    #[schemars(flatten)]
    _d: u8,
    /// A value.
    #[schemars(skip)]
    _e: u8,
    /// A value.
    #[schemars(skip_deserializing)]
    _f: u8,
    /// A value.
    #[schemars(skip_serializing)]
    _g: u8,
    /// A value.
    #[schemars(skip_serializing_if = "is_zero")]
    _h: u8,
    /// A value.
    #[schemars(serialize_with = "write")]
    _i: u8,
    /// A value.
    #[schemars(bound = "")]
    _j: u8,
    /// A value.
    #[schemars(inline)]
    _k: u8,
    /// A value.
    #[schemars(extend("minimum" = 1, "x-unit" = "cm"))]
    _l: u8,
) {
}

fn main() {}
