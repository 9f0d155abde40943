// errors: 2
use tool_runtime::tool;

/// Echo a text.
#[tool]
async fn echo(
    /// The text.
    text: str,
    /// The marks.
    marks: [u8],
) -> usize {
    text.len() + marks.len()
}

fn main() {}
