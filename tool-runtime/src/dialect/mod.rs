//! A provider's wire format: manifest out ([`RequestFormat`]), response in and results out ([`Dialect`]).
//!
//! One folder per provider. A dialect is a value; its type says which provider, and its methods settle what is to be settled
//! ([`Configured`]):
//!
//! ```
//! use tool_runtime::dialect::OpenAiChat;
//!
//! let body = r#"{"choices": [{"message": {"role": "assistant", "content": null, "tool_calls": [
//!     {"id": "call_1", "type": "function", "function": {"name": "add", "arguments": "{\"a\": 1}"}}
//! ]}}]}"#;
//! let turn = OpenAiChat.decode(body)?;
//! assert_eq!(turn.calls()[0].name(), "add");
//! # Ok::<(), tool_runtime::DecodeError>(())
//! ```
//!
//! # What becomes of a call that is wrong
//!
//! A call is one whatever it lacks: without a name it is of no tool, and its result says so; arguments that are no JSON, or that the
//! provider's token limit cut, are invalid ones. Its id, which may be missing, empty or another call's too, comes back with its result as
//! it is. What the provider runs itself is no call, and stays in the turn's messages. Where something that could be a call cannot be read as
//! one, the response is an error that says where, such as `` `content[1]`, which is a string and no object ``: no call is passed over.
//!
//! # What goes back
//!
//! Each provider's type says what [`encode`](Dialect::encode) gives, how an error is marked, and what becomes of images, sounds and links.

mod anthropic;
mod bedrock;
mod configured;
mod exchange;
mod fields;
mod gemini;
mod history;
mod ids;
mod lower;
mod mcp;
mod message;
mod openai_chat;
mod openai_responses;
mod request;
mod response;
mod said;
mod settings;
mod slim;
mod stream;
mod strict_limits;

use std::fmt;

pub use anthropic::Anthropic;
pub use bedrock::Bedrock;
pub use configured::Configured;
pub use exchange::{Dialect, StreamingDialect};
pub use fields::{RequestFields, RequestWarning};
pub use gemini::Gemini;
pub use mcp::Mcp;
pub use message::Message;
pub use openai_chat::{Mistral, Ollama, OpenAiChat};
pub use openai_responses::OpenAiResponses;
pub use request::RequestFormat;
#[doc(hidden)]
pub use request::{FormatKey, Terms};
pub use settings::{RequestSettings, ToolChoice};
pub use slim::Slim;
pub use stream::TurnStream;

use crate::{DecodeError, ToolCall, base64};

/// The dialect of a response, recognised from its JSON.
///
/// Mistral's response is no other than one of OpenAI Chat Completions, and is taken for that: where it may be Mistral's, say
/// [`Mistral`], which knows calls without an id and names the tools of the results.
///
/// # Errors
///
/// If it is not JSON or of no dialect that is known here.
pub fn recognise(body: impl AsRef<[u8]>) -> Result<&'static dyn Dialect, DecodeError> {
    let expected = "a response of OpenAI, Anthropic, Gemini, Bedrock Converse or Ollama";
    let members = response::members(body.as_ref(), expected)?;
    match response::kind(&members) {
        response::Kind::OpenAiChat => Ok(&OpenAiChat),
        response::Kind::Anthropic => Ok(&Anthropic),
        response::Kind::Ollama => Ok(&Ollama),
        response::Kind::OpenAiResponses => Ok(&OpenAiResponses),
        response::Kind::Gemini => Ok(&Gemini),
        response::Kind::Bedrock => Ok(&Bedrock),
        other => Err(other.unexpected(expected)),
    }
}

/// One reply of a model: what it asks for, and what it said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Turn {
    calls: Vec<ToolCall>,
    messages: Vec<Message>,
    interruption: Option<DecodeError>,
    is_paused: bool,
}

impl Turn {
    fn new(calls: Vec<ToolCall>, messages: Vec<Message>) -> Self {
        Self {
            calls,
            messages,
            interruption: None,
            is_paused: false,
        }
    }

    /// The same, if it is so, as a turn that is to go on.
    fn paused(mut self, is_paused: bool) -> Self {
        self.is_paused = is_paused;
        self
    }

    /// The calls, in the model's order; empty when the model has nothing to ask, as at the end of a conversation, unless the turn
    /// [is paused](Self::is_paused).
    pub fn calls(&self) -> &[ToolCall] {
        &self.calls
    }

    /// What is wrong with the stream of a turn that was streamed: it did not come to its end, or an event could not be read. A call that
    /// was not whole, or may have lost a piece, is [cut off](ToolCall::cut_off) then, and the others are as they are.
    pub fn interruption(&self) -> Option<&DecodeError> {
        self.interruption.as_ref()
    }

    /// Whether the provider has stopped in the middle of work of its own, a long search say, and wants the conversation sent once more
    /// to go on (Anthropic's `pause_turn`): without calls it is not over then.
    pub fn is_paused(&self) -> bool {
        self.is_paused
    }

    /// What the model said in words: the texts of its messages one behind the other, with nothing between them; empty if it only called.
    /// Thoughts are none of it; a refusal of OpenAI's models is.
    ///
    /// ```
    /// # use tool_runtime::dialect::Anthropic;
    /// let body = r#"{"type": "message", "role": "assistant", "content": [
    ///     {"type": "thinking", "thinking": "The parcel may be lost.", "signature": "c2ln"},
    ///     {"type": "text", "text": "I look."},
    ///     {"type": "tool_use", "id": "toolu_1", "name": "track_parcel", "input": {"parcel": "P-77"}}
    /// ]}"#;
    /// assert_eq!(Anthropic.decode(body)?.text(), "I look.");
    /// # Ok::<(), tool_runtime::DecodeError>(())
    /// ```
    ///
    /// It is read from the messages each time. While a turn is streamed, [`TurnStream::take_text`] has its pieces.
    pub fn text(&self) -> String {
        let messages = self.messages.iter().map(Message::as_str);
        messages.map(said::text).collect()
    }

    /// The model's messages as they came, for the history of the next request.
    pub fn messages(&self) -> impl Iterator<Item = Message> + use<'_> {
        self.messages.iter().cloned()
    }
}

impl fmt::Debug for dyn Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
