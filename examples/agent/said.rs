//! The model's text while it is written. The dialects' streams hand out calls, and text when the turn is whole; who watches wants it sooner.

use serde_json::Value;

use crate::provider::Provider;

/// Finds text in the events of a streamed response.
#[derive(Debug)]
pub(crate) struct Said {
    provider: Provider,
    /// A line whose end has not come.
    line: Vec<u8>,
    has_said: bool,
}

impl Said {
    pub(crate) fn new(provider: Provider) -> Self {
        Self {
            provider,
            line: Vec::new(),
            has_said: false,
        }
    }

    /// The text in the bytes that have come, as far as their lines are whole.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> String {
        let mut said = String::new();
        for &byte in bytes {
            match byte {
                b'\n' => {
                    let line = std::mem::take(&mut self.line);
                    said.push_str(&self.text(&line).unwrap_or_default());
                }
                byte => self.line.push(byte),
            }
        }
        self.has_said |= !said.is_empty();
        said
    }

    /// Whether there was text. A server that answers with a whole response, though it was asked for a stream, has none here.
    pub(crate) fn has_said(&self) -> bool {
        self.has_said
    }

    fn text(&self, line: &[u8]) -> Option<String> {
        let event: Value = serde_json::from_slice(line.strip_prefix(b"data:")?).ok()?;
        let text = match self.provider {
            Provider::OpenAi => event.pointer("/choices/0/delta/content"),
            Provider::Anthropic => event.pointer("/delta/text"),
        };
        text?.as_str().map(str::to_owned)
    }
}
