//! How large tools are.

use std::fmt;

/// How large a tool's definition is in a manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ToolSize {
    /// The tool's name.
    pub tool: String,
    /// The bytes of its JSON text, without the comma before the next.
    pub bytes: usize,
}

impl ToolSize {
    /// About how many tokens a model reads for it: a fourth of its bytes. How many they are each model's tokenizer says, and how it
    /// is shown a definition no provider does; so it is good to compare tools with each other.
    pub fn estimated_tokens(&self) -> usize {
        self.bytes.div_ceil(4)
    }
}

impl fmt::Display for ToolSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (tool, bytes, tokens) = (&self.tool, self.bytes, self.estimated_tokens());
        write!(f, "`{tool}`: {bytes} bytes, about {tokens} tokens")
    }
}
