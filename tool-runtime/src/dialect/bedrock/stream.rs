//! A streamed response of Bedrock Converse: the SDK's events, as JSON.
//!
//! The facts are those of botocore's model: `ConverseStreamOutput`, `ContentBlockStart`, `ContentBlockDelta`.

use std::borrow::Cow;

use serde_json::Value;

use super::response::{CUT, MALFORMED, is_ours};
use crate::dialect::Message;
use crate::dialect::response::{Members, Misfit, is_object};
use crate::dialect::stream::{Assemble, Block, Blocks, Draft, Fault, event, lost, unexpected};
use crate::{DecodeError, ToolCall};

pub(super) const EXPECTED: &str =
    "an event of Bedrock's ConverseStream (an object with `contentBlockDelta` or the like)";

#[derive(Debug, Default)]
pub(super) struct Content {
    blocks: Blocks<Piece>,
    has_begun: bool,
    is_over: bool,
}

/// A block so far.
#[derive(Debug)]
struct Piece {
    kind: Kind,
    draft: Draft,
    /// What was written of a tool's input.
    input: String,
}

/// What a block is, and so how its members stand in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// A text: as they are.
    Plain,
    Call,
    /// A call of a tool of the service's own.
    ServerCall,
    /// What such a tool has answered.
    ServerResult,
    Thought,
}

impl Assemble for Content {
    fn event(&mut self, data: &str, calls: &mut Vec<ToolCall>) -> Result<(), Fault> {
        let event = event(data, EXPECTED)?;
        if let Some(start) = event.object("contentBlockStart") {
            self.has_begun = true;
            let piece = Piece::of(&start).map_err(lost(EXPECTED))?;
            return self.blocks.begin(index(&start)?, piece, EXPECTED, calls);
        } else if let Some(delta) = event.object("contentBlockDelta") {
            self.has_begun = true;
            self.delta(&delta, calls)?;
        } else if let Some(stop) = event.object("contentBlockStop") {
            self.blocks.close(index(&stop)?, calls);
        } else if let Some(stop) = event.object("messageStop") {
            return self.stop(&stop, calls);
        } else if event.get("messageStart").is_some() {
            self.has_begun = true;
        } else if event.get("metadata").is_none() {
            let problem = exception(&event).unwrap_or_else(|| unexpected(&event, EXPECTED));
            return Err(problem.into());
        }
        Ok(())
    }

    fn lose(&mut self) {
        self.blocks.lose();
    }

    fn has_begun(&self) -> bool {
        self.has_begun
    }

    fn is_over(&self) -> bool {
        self.is_over
    }

    fn end(&mut self, calls: &mut Vec<ToolCall>) {
        self.blocks.end(calls);
    }

    fn rest(&mut self, is_end: bool) -> String {
        self.blocks.rest(is_end)
    }

    fn messages(&self) -> Vec<Message> {
        self.blocks.messages()
    }
}

fn index(event: &Members<'_>) -> Result<usize, Fault> {
    let index = event
        .index_if_given("contentBlockIndex")
        .map_err(lost(EXPECTED))?;
    Ok(index.unwrap_or_default())
}

/// The service's exception, if that is what an event is.
fn exception(event: &Members<'_>) -> Option<DecodeError> {
    let (name, _) = event.iter().find(|(key, _)| key.ends_with("Exception"))?;
    let told = event.object(name);
    let message = told.and_then(|told| told.string("message"));
    Some(DecodeError::Provider {
        message: format!("{name}: {}", message.unwrap_or_default()),
    })
}

impl Content {
    /// A block of text begins with its first piece.
    fn delta(&mut self, event: &Members<'_>, calls: &mut Vec<ToolCall>) -> Result<(), Fault> {
        let lost = lost(EXPECTED);
        let index = index(event)?;
        let delta = event.part("delta").map_err(&lost)?;
        let delta = delta.ok_or_else(|| lost(event.missing("delta")))?;
        let thought = delta.object("reasoningContent");
        if self.blocks.open(index).is_none() {
            if delta.get("toolUse").is_some() {
                let not_begun = "a `contentBlockDelta` of a call that has not begun";
                return Err(lost(not_begun.to_owned()));
            }
            let kind = match thought {
                Some(_) => Kind::Thought,
                None => Kind::Plain,
            };
            let piece = Piece::new(kind, Draft::default());
            self.blocks.begin(index, piece, EXPECTED, calls)?;
        }
        if let Some(block) = self.blocks.open(index) {
            let grown = block.grow(thought.as_ref().unwrap_or(&delta));
            return grown.map_err(&lost);
        }
        Ok(())
    }

    fn stop(&mut self, stop: &Members<'_>, calls: &mut Vec<ToolCall>) -> Result<(), Fault> {
        // An end of nothing is no turn.
        self.is_over = std::mem::replace(&mut self.has_begun, true);
        let reason = stop.word_if_given("stopReason").map_err(lost(EXPECTED))?;
        let reason = reason.unwrap_or_default();
        self.blocks.settle(CUT.contains(&reason.as_str()), calls);
        match !self.blocks.has_calls() && MALFORMED.contains(&reason.as_str()) {
            true => Err(Fault::Told(DecodeError::MalformedCall {
                reason,
                message: String::new(),
            })),
            false => Ok(()),
        }
    }
}

impl Piece {
    fn new(kind: Kind, draft: Draft) -> Self {
        Self {
            kind,
            draft,
            input: String::new(),
        }
    }

    fn of(start: &Members<'_>) -> Result<Self, Misfit> {
        let what = start.part("start")?;
        let of = |key| what.as_ref().map_or(Ok(None), |what| what.part(key));
        if let Some(call) = of("toolUse")? {
            let kind = match is_ours(&call)? {
                true => Kind::Call,
                false => Kind::ServerCall,
            };
            return Ok(Self::new(kind, Draft::of(&call)));
        }
        Ok(match of("toolResult")? {
            Some(result) => Self::new(Kind::ServerResult, Draft::of(&result)),
            None => Self::new(Kind::Plain, Draft::default()),
        })
    }

    /// A piece of a block: texts grow, citations are added.
    fn grow(&mut self, delta: &Members<'_>) -> Result<(), Misfit> {
        for (key, value) in delta.iter() {
            match key {
                "toolUse" => {
                    let call = delta.part(key)?;
                    let piece = call.filter(|call| call.given("input").is_some());
                    let piece = piece.map(|call| call.word("input")).transpose()?;
                    self.input += &piece.unwrap_or_default();
                }
                "toolResult" => {
                    for part in delta.elements(key) {
                        self.draft.push("content", part);
                    }
                }
                "citation" => self.draft.push("citations", value),
                other => self.draft.merge(other, value),
            }
        }
        Ok(())
    }

    /// Its text and signature, or what is not for us to read.
    fn thought(&self) -> String {
        if self.draft.string("redactedContent").is_some() {
            return self.draft.to_json();
        }
        let text = self.draft.string("text").unwrap_or_default();
        let signature = self.draft.string("signature");
        let signature = signature.map(|text| format!(",\"signature\":{}", Value::from(text)));
        format!(
            "{{\"reasoningText\":{{\"text\":{}{}}}}}",
            Value::from(text),
            signature.unwrap_or_default()
        )
    }
}

impl Block for Piece {
    fn call(&self) -> Option<ToolCall> {
        let text = |key| self.draft.string(key).unwrap_or_default();
        let input = match self.input.as_str() {
            "" => "{}",
            input => input,
        };
        (self.kind == Kind::Call).then(|| ToolCall::new(text("toolUseId"), text("name"), input))
    }

    /// An input that is none, or no object, may have been cut.
    fn is_whole(&self) -> bool {
        is_object(&self.input)
    }

    fn text(&self) -> Option<Cow<'_, str>> {
        let is_text = self.kind == Kind::Plain;
        self.draft.text("text").filter(|_| is_text)
    }

    /// Without what the service would refuse: an empty text, a thought or a result without its end, an input that is no object.
    fn to_json(&self, has_ended: bool) -> Option<String> {
        match self.kind {
            Kind::Call | Kind::ServerCall => {
                let mut draft = self.draft.clone();
                draft.set("input", if self.is_whole() { &self.input } else { "{}" });
                Some(format!("{{\"toolUse\":{}}}", draft.to_json()))
            }
            Kind::ServerResult | Kind::Thought if !has_ended => None,
            Kind::ServerResult => Some(format!("{{\"toolResult\":{}}}", self.draft.to_json())),
            Kind::Thought => Some(format!("{{\"reasoningContent\":{}}}", self.thought())),
            Kind::Plain => {
                let text = self.draft.string("text").filter(|text| !text.is_empty())?;
                Some(match self.draft.json("citations") {
                    None => self.draft.to_json(),
                    Some(citations) => format!(
                        "{{\"citationsContent\":{{\"content\":[{{\"text\":{}}}],\"citations\":{citations}}}}}",
                        Value::from(text)
                    ),
                })
            }
        }
    }
}
