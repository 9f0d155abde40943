//! A response as it is written: bytes in, each call as soon as it is whole, the turn at the end.
//!
//! What a provider's folder says is an [`Assemble`]; framing, the order of calls and what becomes of a stream that breaks off stand
//! here once.

mod balance;
mod blocks;
mod draft;
mod framing;
mod line;
mod told;

use std::fmt;

pub(super) use balance::Balance;
pub(super) use blocks::{Block, Blocks};
pub(super) use draft::Draft;
use framing::Frames;
pub(super) use framing::Framing;
pub(super) use line::Line;
pub(super) use told::{Text, Told};

use super::response::{Kind, Members, Misfit, is_complete, kind, members, wrong};
use super::{Message, Turn};
use crate::{DecodeError, ToolCall};

/// What is wrong with an event.
#[derive(Debug)]
pub(super) enum Fault {
    /// It was read, and what is wrong with it is told.
    Told(DecodeError),
    /// It, or a part of it, cannot be read: a piece of any call that is not whole may be lost.
    Lost(DecodeError),
}

impl From<DecodeError> for Fault {
    fn from(error: DecodeError) -> Self {
        Self::Lost(error)
    }
}

/// The fault of an event in which something else was found than is expected.
pub(super) fn lost(expected: &'static str) -> impl Fn(Misfit) -> Fault {
    move |found| Fault::Lost(wrong(expected)(found))
}

/// The fault of a block that begins where another has not ended.
pub(super) fn taken(index: usize, expected: &'static str) -> Fault {
    let found = format!("index {index} once more, while what has it had not ended");
    Fault::Told(wrong(expected)(found))
}

/// The fault of a piece of another answer, where none is chosen.
pub(super) fn several(noun: &str, expected: &'static str) -> Fault {
    let found = format!(
        "several {noun}, where one is read; choose one with `.choice(0)` of the dialect, or ask for one"
    );
    Fault::Told(wrong(expected)(found))
}

/// What some providers say behind the last event.
pub(super) const DONE: &str = "[DONE]";

/// A turn of a streamed response, while it is being written.
///
/// A dialect's `stream` makes one. Give it the bytes of the response's body as they arrive, cut wherever the network cuts them;
/// it hands out each call as soon as it is whole, in the model's order. At the end it has the turn, as
/// [`decode`](super::Dialect::decode) has it of a whole response:
///
/// ```
/// use tool_runtime::dialect::OpenAiChat;
///
/// let body = concat!(
///     "data: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"tool_calls\":[",
///     "{\"index\":0,\"id\":\"call_1\",\"type\":\"function\",\"function\":{\"name\":\"add\",\"arguments\":\"{\\\"a\\\"\"}}]}}]}\n\n",
///     "data: {\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\": 1}\"}}]}}]}\n\n",
///     "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"tool_calls\"}]}\n\n",
///     "data: [DONE]\n\n",
/// );
/// let mut stream = OpenAiChat.stream();
/// let mut calls = Vec::new();
/// for bytes in body.as_bytes().chunks(10) {
///     calls.extend(stream.push(bytes)); // begin them: batch.push(call)
/// }
/// calls.extend(stream.end());
/// let turn = stream.into_turn()?;
/// assert_eq!(turn.calls(), calls);
/// assert_eq!(calls[0].arguments(), r#"{"a": 1}"#);
/// # Ok::<(), tool_runtime::DecodeError>(())
/// ```
///
/// The bytes are server-sent events, of Ollama a JSON value on each line. Of Bedrock, whose body an SDK reads, give the SDK's events as
/// JSON, one by one to [`push_event`](Self::push_event) or each as a line; so do clients that read server-sent events themselves. A
/// server that answers with a whole response instead of a stream is understood too.
///
/// # When a call is whole
///
/// With the last brace of its arguments, or with the event that ends it where the provider has one. Where nothing tells that they
/// are all there (no arguments, text instead of JSON, broken JSON), with what comes behind it.
///
/// # A stream that breaks off
///
/// The calls that were whole stay. One that was not is [cut off](ToolCall::cut_off): it has the id that it had, and its result tells
/// the model so. The same holds of a call that lost a piece, since an event could not be read. [`Turn::interruption`] says what went
/// wrong.
pub struct TurnStream {
    frames: Frames,
    assemble: Box<dyn Assemble>,
    calls: Vec<ToolCall>,
    /// What the first thing that went wrong was.
    problem: Option<DecodeError>,
    has_ended: bool,
    /// The turn of a response that turned out to be no stream.
    whole: Option<Turn>,
    /// The text of such a turn, until it is asked for.
    whole_text: String,
    /// What reads such a response.
    read: Box<Reader>,
    expected: &'static str,
}

type Reader = dyn Fn(&[u8]) -> Result<Turn, DecodeError> + Send;

/// What a provider's events make of a turn.
pub(super) trait Assemble: Send + fmt::Debug {
    /// Takes an event; adds to `calls` those that are whole now, none before another that is not.
    ///
    /// # Errors
    ///
    /// If it is no event of this provider, is one that cannot be read, or an error of the provider itself. The stream may go on.
    fn event(&mut self, data: &str, calls: &mut Vec<ToolCall>) -> Result<(), Fault>;

    /// An event was lost: what may be missing a piece is not whole any more.
    fn lose(&mut self);

    /// Whether something of a turn has come.
    fn has_begun(&self) -> bool;

    /// Whether the last event of a turn has come.
    fn is_over(&self) -> bool;

    /// Whether the turn is to go on.
    fn is_paused(&self) -> bool {
        false
    }

    /// Takes the end; adds the calls that were not whole.
    fn end(&mut self, calls: &mut Vec<ToolCall>);

    /// What was not handed out of the text so far; with the end, also what waited for something that may have come before it.
    fn rest(&mut self, is_end: bool) -> String;

    /// What was said, for the history.
    fn messages(&self) -> Vec<Message>;
}

impl TurnStream {
    /// A stream whose events `assemble` makes a turn of; `read` reads a response that is none.
    pub(super) fn new(
        framing: Framing,
        assemble: impl Assemble + 'static,
        read: impl Fn(&[u8]) -> Result<Turn, DecodeError> + Send + 'static,
        expected: &'static str,
    ) -> Self {
        Self {
            frames: Frames::new(framing),
            assemble: Box::new(assemble),
            calls: Vec::new(),
            problem: None,
            has_ended: false,
            whole: None,
            whole_text: String::new(),
            read: Box::new(read),
            expected,
        }
    }

    /// Takes bytes of the body as they arrived; the calls that are whole with them, in the model's order.
    pub fn push(&mut self, bytes: impl AsRef<[u8]>) -> Vec<ToolCall> {
        let handed = self.calls.len();
        if !self.has_ended {
            let mut events = Vec::new();
            self.frames
                .push(bytes.as_ref(), |data| events.push(data.to_owned()));
            self.take(events);
        }
        self.calls[handed..].to_vec()
    }

    /// Takes the data of one event, a JSON text, where something else reads the framing; the calls that are whole with it.
    ///
    /// ```
    /// use tool_runtime::dialect::Bedrock;
    ///
    /// let mut stream = Bedrock.stream();
    /// let start = r#"{"contentBlockStart": {"start": {"toolUse": {"toolUseId": "t1", "name": "add"}}, "contentBlockIndex": 0}}"#;
    /// let delta = r#"{"contentBlockDelta": {"delta": {"toolUse": {"input": "{\"a\": 1}"}}, "contentBlockIndex": 0}}"#;
    /// let stop = r#"{"contentBlockStop": {"contentBlockIndex": 0}}"#;
    /// assert!(stream.push_event(start).is_empty() && stream.push_event(delta).is_empty());
    /// assert_eq!(stream.push_event(stop)[0].arguments(), r#"{"a": 1}"#);
    /// ```
    pub fn push_event(&mut self, data: &str) -> Vec<ToolCall> {
        let handed = self.calls.len();
        if !self.has_ended {
            self.take(vec![data.to_owned()]);
        }
        self.calls[handed..].to_vec()
    }

    /// Takes the end of the body; the calls that have not been handed out, in the model's order. What comes after is ignored.
    pub fn end(&mut self) -> Vec<ToolCall> {
        let handed = self.calls.len();
        if !self.has_ended {
            self.has_ended = true;
            let mut events = Vec::new();
            self.frames.end(|data| events.push(data.to_owned()));
            self.take(events);
            self.assemble.end(&mut self.calls);
            self.judge();
        }
        self.calls[handed..].to_vec()
    }

    /// Takes the end because the program reads no further, as at Ctrl-C: as [`end`](Self::end), but the calls that were not whole
    /// are told as cancelled. Nobody asks the model to write them shorter then.
    ///
    /// ```
    /// # use tool_runtime::{Toolbox, tool, tools};
    /// use tool_runtime::dialect::Bedrock;
    ///
    /// # /// Adds.
    /// # #[tool(pure)] async fn add(/** A number. */ a: i64, /** Another. */ b: i64) -> i64 { a + b }
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # let toolbox = Toolbox::new(tools![add]).unwrap();
    /// let mut stream = Bedrock.stream();
    /// stream.push_event(r#"{"contentBlockStart": {"start": {"toolUse": {"toolUseId": "t1", "name": "add"}}, "contentBlockIndex": 0}}"#);
    /// let report = toolbox.run(stream.stop()).await;
    /// assert_eq!(
    ///     report.results()[0].text(),
    ///     "`add` was cancelled before it was called. Nothing was changed. Call it again if it is still needed."
    /// );
    /// # }
    /// ```
    pub fn stop(&mut self) -> Vec<ToolCall> {
        let handed = self.calls.len();
        self.end();
        let cut = self.calls[handed..].iter_mut();
        for call in cut.filter(|call| call.is_cut_off()) {
            *call = call.clone().unread();
        }
        self.calls[handed..].to_vec()
    }

    /// What the model has said in words since this was last asked; often nothing. The pieces are, one behind the other, what
    /// [`Turn::text`] has in the end, so who asks after each `push` and after `end` shows the text while it is written:
    ///
    /// ```
    /// use tool_runtime::dialect::Ollama;
    ///
    /// let lines = [
    ///     r#"{"message": {"role": "assistant", "content": "", "thinking": "Hm."}, "done": false}"#,
    ///     r#"{"message": {"role": "assistant", "content": "Good"}, "done": false}"#,
    ///     r#"{"message": {"role": "assistant", "content": "-bye."}, "done": true, "done_reason": "stop"}"#,
    /// ];
    /// let mut stream = Ollama.stream();
    /// let mut pieces = Vec::new();
    /// for line in lines {
    ///     stream.push(format!("{line}\n"));
    ///     pieces.push(stream.take_text());
    /// }
    /// stream.end();
    /// pieces.push(stream.take_text());
    /// assert_eq!(pieces, ["", "Good", "-bye.", ""]);
    /// assert_eq!(stream.into_turn()?.text(), "Good-bye.");
    /// # Ok::<(), tool_runtime::DecodeError>(())
    /// ```
    ///
    /// Thoughts are none of it. A refusal of OpenAI Chat Completions, and a response that turns out to be no stream, come with the end.
    /// Of a stream that breaks off what was said has been said, though OpenAI Responses has no message of what had not ended.
    pub fn take_text(&mut self) -> String {
        match self.whole {
            Some(_) => std::mem::take(&mut self.whole_text),
            None => self.assemble.rest(self.has_ended),
        }
    }

    /// The turn, with all of its calls.
    ///
    /// # Errors
    ///
    /// If there is no call in it and something is wrong: the stream broke off, was none of this provider's, had an event that cannot be
    /// read, or told the provider's own error. Where there are calls, [`Turn::interruption`] says what is wrong.
    pub fn into_turn(mut self) -> Result<Turn, DecodeError> {
        self.end();
        if let Some(turn) = self.whole {
            return Ok(turn);
        }
        match self.problem {
            Some(problem) if self.calls.is_empty() => Err(problem),
            interruption => Ok(Turn {
                messages: self.assemble.messages(),
                calls: self.calls,
                interruption,
                is_paused: self.assemble.is_paused(),
            }),
        }
    }

    fn take(&mut self, events: Vec<String>) {
        for data in events {
            let problem = match self.assemble.event(&data, &mut self.calls) {
                Ok(()) => continue,
                Err(Fault::Told(problem)) => problem,
                Err(Fault::Lost(problem)) => {
                    self.assemble.lose();
                    problem
                }
            };
            self.problem.get_or_insert(problem);
        }
        if self.assemble.has_begun() {
            self.frames.is_stream();
        }
    }

    /// What there is to be said of the stream as a whole.
    fn judge(&mut self) {
        let body = self.frames.unread();
        // A server that was asked for a stream may answer without, an error above all.
        let is_cut = body.starts_with(['{', '[']) && !is_complete(body);
        if !self.assemble.has_begun() && !body.is_empty() && !is_cut {
            match (self.read)(body.as_bytes()) {
                Ok(turn) => {
                    self.calls.clone_from(&turn.calls);
                    self.whole_text = turn.text();
                    self.whole = Some(turn);
                    self.problem = None;
                }
                // A line of such a response tells less than all of it.
                Err(DecodeError::NotJson { .. }) if self.problem.is_some() => {}
                Err(problem) => self.problem = Some(problem),
            }
        } else if self.problem.is_none() && !self.assemble.is_over() {
            self.problem = Some(DecodeError::EndsEarly {
                expected: self.expected,
            });
        }
    }
}

/// The members of an event, or why it is none.
pub(super) fn event<'a>(data: &'a str, expected: &'static str) -> Result<Members<'a>, DecodeError> {
    members(data.as_bytes(), expected)
}

/// The error for an event that is none of this provider's: whose it looks like, or what the provider itself says.
pub(super) fn unexpected(event: &Members<'_>, expected: &'static str) -> DecodeError {
    let told = event.string("type").unwrap_or_default();
    let has = |suffix: &str| event.iter().any(|(key, _)| key.starts_with(suffix));
    let whose = match kind(event) {
        Kind::Unknown(_) if told.starts_with("response.") => "OpenAI Responses",
        Kind::Unknown(_) if told.starts_with("message_") || told.starts_with("content_block_") => {
            "Anthropic Messages"
        }
        Kind::Unknown(_) if has("contentBlock") || has("messageSt") => "Bedrock's ConverseStream",
        other => return other.unexpected(expected),
    };
    DecodeError::WrongShape {
        expected,
        found: format!("an event of {whose}"),
    }
}

impl fmt::Debug for TurnStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TurnStream")
            .field("calls", &self.calls)
            .field("problem", &self.problem)
            .field("has_ended", &self.has_ended)
            .finish_non_exhaustive()
    }
}
