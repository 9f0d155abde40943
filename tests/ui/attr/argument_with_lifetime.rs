use std::borrow::Cow;

use tool_runtime::tool;

/// Count.
#[tool]
async fn count<'a>(
    /// The text.
    text: Cow<'a, str>,
) -> usize {
    text.len()
}

fn main() {}
