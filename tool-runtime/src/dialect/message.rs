//! One message of a conversation, as JSON text.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use super::response::{Members, elements, members, whole};
use crate::DecodeError;
use crate::json::{self, Json};
use crate::text::shortened;

const EXPECTED: &str = "a message of a conversation (a JSON object)";
const LIST_EXPECTED: &str = "a conversation (a JSON array of messages)";

/// One message of a provider's conversation: JSON, in the provider's own form.
///
/// A model's message is kept as it came, to the byte, so that what the provider wants back (signatures, reasoning,
/// fields nobody here knows) is there: [`as_str`](Self::as_str).
///
/// It is `Serialize`, with its members in their own order. That fails, with an error, for what serde cannot hold: a
/// value nested more than 127 deep, a number no `f64` is near to; half a surrogate pair is replaced by U+FFFD. With a client
/// that has types of its own, make them from the text.
///
/// A history that was stored comes back by [`list`](Self::list) or, message by message, by `parse`, with the text of each as it
/// stands there. With serde, or `from` a [`Value`], a message is written anew: the same members in the same order as far as that
/// source has kept it, and numbers as it has read them.
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

    /// The messages of a JSON array, each as it stands there.
    ///
    /// ```
    /// use tool_runtime::dialect::Message;
    ///
    /// let history = Message::list(r#"[{"role": "user", "content": "Hi."}, {"role": "assistant", "content": "Hello."}]"#)?;
    /// assert_eq!(history[0].as_str(), r#"{"role": "user", "content": "Hi."}"#);
    ///
    /// let error = Message::list(r#"{"role": "user", "content": "Hi."}"#).unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "expected a conversation (a JSON array of messages), found an object; one message is read by `parse`"
    /// );
    /// # Ok::<(), tool_runtime::DecodeError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If it is not JSON, or not an array of objects.
    pub fn list(json: &str) -> Result<Vec<Self>, DecodeError> {
        let text = whole(json.as_bytes(), LIST_EXPECTED)?;
        let elements = elements(text).ok_or_else(|| DecodeError::WrongShape {
            expected: LIST_EXPECTED,
            found: match text.trim_start().starts_with('{') {
                true => "an object; one message is read by `parse`".to_owned(),
                false => format!("`{}`", shortened(text.trim(), 60)),
            },
        })?;
        elements.into_iter().map(str::parse).collect()
    }

    /// The JSON text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is the model's, in any provider's form. All others, results of calls among them, are for the model to answer, so where
    /// the last message of a history is none of the model's it is the model's turn.
    ///
    /// ```
    /// use tool_runtime::dialect::Message;
    ///
    /// let history = Message::list(r#"[
    ///     {"role": "user", "content": "Where is parcel P-77?"},
    ///     {"type": "function_call", "call_id": "call_1", "name": "track_parcel", "arguments": "{}"},
    ///     {"type": "function_call_output", "call_id": "call_1", "output": "lost"}
    /// ]"#)?;
    /// let are_models: Vec<bool> = history.iter().map(Message::is_from_model).collect();
    /// assert_eq!(are_models, [false, true, false]);
    /// # Ok::<(), tool_runtime::DecodeError>(())
    /// ```
    pub fn is_from_model(&self) -> bool {
        let Some(message) = Members::of(&self.0).ok().flatten() else {
            return false;
        };
        match (message.string("role"), message.string("type")) {
            (Some(role), _) => matches!(role.as_str(), "assistant" | "model"),
            // Items of OpenAI Responses: of those without a role, what is an answer to the model says so.
            (None, Some(kind)) => !kind.ends_with("_output") && kind != "mcp_approval_response",
            (None, None) => false,
        }
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

/// The text as it is, without white space round it.
impl FromStr for Message {
    type Err = DecodeError;

    fn from_str(json: &str) -> Result<Self, DecodeError> {
        members(json.as_bytes(), EXPECTED)?;
        Ok(Self::new(json.trim().to_owned()))
    }
}

/// Whatever it is: `json!({"role": "user", "content": "Hi."}).into()`.
impl From<Value> for Message {
    fn from(value: Value) -> Self {
        Self::new(value.to_string())
    }
}

impl<'de> Deserialize<'de> for Message {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        json::object_text(deserializer, EXPECTED).map(Self::new)
    }
}
