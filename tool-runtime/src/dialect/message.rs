//! One message of a conversation, as JSON text.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::json::Json;

/// One message of a provider's conversation: JSON, in the provider's own form.
///
/// A model's message is kept as it came, to the byte, so that what the provider wants back (signatures, reasoning,
/// fields nobody here knows) is there: [`as_str`](Self::as_str).
///
/// It is `Serialize`, with its members in their own order. That fails, with an error, for what serde cannot hold: a
/// value nested more than 127 deep, a number no `f64` is near to; half a surrogate pair is replaced by U+FFFD. With a client
/// that has types of its own, make them from the text.
///
/// ```
/// # use tool_runtime::dialect::Anthropic;
/// # let body = r#"{"type": "message", "role": "assistant", "content": [{"type": "text", "text": "Hi."}]}"#;
/// let mut history = Vec::new();
/// history.extend(Anthropic.decode(body)?.messages());
/// let request = serde_json::json!({ "messages": history });
/// assert_eq!(request["messages"][0]["role"], "assistant");
/// # Ok::<(), tool_runtime::DecodeError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message(String);

impl Message {
    pub(super) fn new(json: String) -> Self {
        Self(json)
    }

    /// The JSON text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl AsRef<[u8]> for Message {
    fn as_ref(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for Message {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Json::new(&self.0).serialize(serializer)
    }
}
