// errors: 12
use tool_runtime::tool;

/// Does something.
#[tool]
async fn run(
    /// A value.
    #[arg(range())]
    _a: u8,
    /// A value.
    #[arg(range(1, 2))]
    _b: u8,
    /// A value.
    #[arg(range(least = 1))]
    _c: u8,
    /// A value.
    #[arg(range(min = ONE))]
    _d: u8,
    /// A value.
    #[arg(range(min = 2, max = 1))]
    _e: u8,
    /// A value.
    #[arg(range(min = 0.5, max = -1))]
    _f: u8,
    /// A value.
    #[arg(range(min = 1, min = 2))]
    _g: u8,
    /// A value.
    #[arg(range(max = 18_446_744_073_709_551_616))]
    _h: u8,
    /// A value.
    #[arg(range(max = 1e400))]
    _i: u8,
    /// A value.
    #[arg(length(min = -1))]
    _j: u8,
    /// A value.
    #[arg(length(max = 0.5))]
    _k: u8,
    /// A value.
    #[arg(length(min = 2, max = 1))]
    _l: u8,
) {
}

fn main() {}
