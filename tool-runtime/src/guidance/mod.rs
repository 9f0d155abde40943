//! What a model is told of calling several tools at once, derived from what the tools declare.

mod class;
mod words;

use std::fmt;

pub(crate) use class::{Class, Guided};

/// A text for the system prompt: that the model may make several calls in one reply, with which tools it should, and when not. From
/// [`Toolbox::guidance`](crate::Toolbox::guidance).
///
/// The same toolbox gives the same bytes for a provider, so a prompt cache keeps it. It has at most 16 names of each class of tools, and at
/// most 1,000 bytes of them: of a class with more it says how many there are, and no model can tell which from that. So of hundreds of tools
/// take the guidance of the view [`with_parallel_hints`](crate::Toolbox::with_parallel_hints): each description says it then, and the
/// text refers to them. It is in English; what [`Display`](fmt::Display) writes is the same as [`as_str`](Self::as_str).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Guidance(String);

impl Guidance {
    /// Of these tools, each under the name that the provider knows, where `several` says how several calls look there.
    pub(crate) fn new(several: &str, tools: &[Guided<'_>]) -> Self {
        Self(words::text(several, tools))
    }

    /// The text; empty if there are no tools.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for Guidance {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Guidance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<Guidance> for String {
    fn from(guidance: Guidance) -> Self {
        guidance.0
    }
}
