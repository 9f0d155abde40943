// errors: 11
use tool_runtime::tool;

/// Does something.
#[tool]
async fn run(
    /// A value.
    #[arg(default = )]
    _a: u8,
    /// A value.
    #[arg(default(1))]
    _b: u8,
    /// A value.
    #[arg(rename)]
    _c: u8,
    /// A value.
    #[arg(rename = 1)]
    _d: u8,
    /// A value.
    #[arg(alias(a))]
    _e: u8,
    /// A value.
    #[arg(alias = b)]
    _f: u8,
    /// A value.
    #[arg(example)]
    _g: u8,
    /// A value.
    #[arg(range = 1)]
    _h: u8,
    /// A value.
    #[arg(length)]
    _i: u8,
    /// A value.
    #[arg(pattern("a"))]
    _j: u8,
    /// A value.
    #[arg(pattern = 1)]
    _k: u8,
) {
}

fn main() {}
