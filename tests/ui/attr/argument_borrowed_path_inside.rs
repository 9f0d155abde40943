// errors: 2
use std::path::Path;

use tool_runtime::tool;

/// Read files.
#[tool(pure)]
async fn read_files(
    /// One.
    one: Option<&Path>,
    /// More.
    more: Vec<&std::path::Path>,
) {
    let _ = (one, more);
}

fn main() {}
