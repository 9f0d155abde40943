//! The response side of every dialect: a turn in, results out.
//!
//! What a provider's folder says is an [`Exchange`]; the trait for users stands here once.

use std::borrow::Cow;

use super::ids::Ids;
use super::request::Provider;
use super::{Configured, Message, RequestFormat, Turn, TurnStream};
use crate::journal::Recovered;
use crate::turns::Conversation;
use crate::{DecodeError, Report, ToolCall, ToolResult};

/// A provider's wire format, in all directions.
///
/// Every dialect has `decode`, `encode` and `complete` as methods of its own, so that this trait need not be imported to call them; it is
/// for code that is given a dialect. Only this crate implements it.
pub trait Dialect: RequestFormat {
    /// Reads a complete response: its calls, and the messages to be kept in the history.
    ///
    /// # Errors
    ///
    /// If it is not JSON, not of this provider, or the provider's own error.
    fn decode(&self, body: &[u8]) -> Result<Turn, DecodeError>;

    /// The messages that answer every call of a batch; none for a batch without calls.
    fn encode(&self, report: &Report) -> Vec<Message>;

    /// Answers the calls of a stored history that have no result; those calls, in their order. See
    /// [`Anthropic::complete`](super::Anthropic::complete), which is the same for every dialect.
    fn complete(&self, history: &mut Vec<Message>) -> Vec<ToolCall>;

    /// The same with what a journal says of those calls; their results, in their order. See
    /// [`Anthropic::complete_from`](super::Anthropic::complete_from), which is the same for every dialect.
    fn complete_from(&self, history: &mut Vec<Message>, recovered: &Recovered) -> Vec<ToolResult>;

    /// A stored history as a conversation whose turns can be looked at. See
    /// [`Anthropic::conversation`](super::Anthropic::conversation), which is the same for every dialect.
    fn conversation(&self, history: &[Message]) -> Conversation;

    /// An id that the provider takes for a call of another provider's model. See [`Anthropic::call_id`](super::Anthropic::call_id),
    /// which is the same for every dialect.
    fn call_id<'a>(&self, id: &'a str) -> Cow<'a, str>;
}

/// A provider's wire format whose responses can be streamed: every one but that of MCP, where a request asks for one call.
pub trait StreamingDialect: Dialect {
    /// What reads the streamed response of one turn.
    fn stream(&self) -> TurnStream;
}

impl<D: StreamingDialect + ?Sized> StreamingDialect for &D {
    fn stream(&self) -> TurnStream {
        (**self).stream()
    }
}

impl<D: Dialect + ?Sized> Dialect for &D {
    fn decode(&self, body: &[u8]) -> Result<Turn, DecodeError> {
        (**self).decode(body)
    }
    fn encode(&self, report: &Report) -> Vec<Message> {
        (**self).encode(report)
    }
    fn complete(&self, history: &mut Vec<Message>) -> Vec<ToolCall> {
        (**self).complete(history)
    }
    fn complete_from(&self, history: &mut Vec<Message>, recovered: &Recovered) -> Vec<ToolResult> {
        (**self).complete_from(history, recovered)
    }
    fn conversation(&self, history: &[Message]) -> Conversation {
        (**self).conversation(history)
    }
    fn call_id<'a>(&self, id: &'a str) -> Cow<'a, str> {
        (**self).call_id(id)
    }
}

/// What is the provider's own in a response and in what goes back.
pub(super) trait Exchange: Provider {
    /// What it takes as the id of a call.
    const IDS: Ids = Ids::ANY;

    /// Reads a response; of several answers the one that is chosen.
    fn read(body: &[u8], choice: Option<usize>) -> Result<Turn, DecodeError>;

    /// What answers every call.
    fn answer(report: &Report) -> Vec<Message>;

    /// Answers calls of a history that have no result, with what a journal says of them if there is one.
    fn complete(history: &mut Vec<Message>, recovered: Option<&Recovered>) -> Vec<ToolResult>;

    /// What was said, called and answered in a history.
    fn conversation(history: &[Message]) -> Conversation;
}

impl<D: Exchange> Dialect for Configured<D> {
    fn decode(&self, body: &[u8]) -> Result<Turn, DecodeError> {
        D::read(body, self.choice)
    }
    fn encode(&self, report: &Report) -> Vec<Message> {
        D::answer(report)
    }
    fn complete(&self, history: &mut Vec<Message>) -> Vec<ToolCall> {
        let results = D::complete(history, None);
        results.iter().map(|result| result.call().clone()).collect()
    }
    fn complete_from(&self, history: &mut Vec<Message>, recovered: &Recovered) -> Vec<ToolResult> {
        D::complete(history, Some(recovered))
    }
    fn conversation(&self, history: &[Message]) -> Conversation {
        D::conversation(history)
    }
    fn call_id<'a>(&self, id: &'a str) -> Cow<'a, str> {
        D::IDS.taken(id)
    }
}

/// What is the provider's own in a streamed response.
pub(super) trait Streams: Exchange {
    /// What reads one; of several answers the one that is chosen.
    fn turn(choice: Option<usize>) -> TurnStream;
}

impl<D: Streams> StreamingDialect for Configured<D> {
    fn stream(&self) -> TurnStream {
        D::turn(self.choice)
    }
}
