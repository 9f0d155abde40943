//! A streamed response of Bedrock Converse: the SDK's events, as JSON.
//!
//! The facts are those of botocore's model: `ConverseStreamOutput`, `ContentBlockStart`, `ContentBlockDelta`.

use serde_json::Value;

use super::response::MALFORMED;
use crate::dialect::Message;
use crate::dialect::response::{Kind, Members, is_object, kind};
use crate::dialect::stream::{Assemble, Draft, Line, event};
use crate::{DecodeError, ToolCall};

pub(super) const EXPECTED: &str =
    "an event of Bedrock's ConverseStream (an object with `contentBlockDelta` or the like)";

#[derive(Debug, Default)]
pub(super) struct Blocks {
    blocks: Vec<Block>,
    line: Line,
    has_begun: bool,
    is_over: bool,
}

#[derive(Debug)]
struct Block {
    index: usize,
    /// What is in the block so far: a text, a call, a thought.
    draft: Draft,
    kind: Kinds,
    input: String,
    place: Option<usize>,
    is_closed: bool,
}

/// How the members of a block stand in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kinds {
    /// As they are.
    Plain,
    ToolUse,
    Thought,
}

impl Assemble for Blocks {
    fn event(&mut self, data: &str, calls: &mut Vec<ToolCall>) -> Result<(), DecodeError> {
        let event = event(data, EXPECTED)?;
        if let Some(start) = event.object("contentBlockStart") {
            self.has_begun = true;
            self.start(&start, calls);
        } else if let Some(delta) = event.object("contentBlockDelta") {
            self.has_begun = true;
            self.delta(&delta);
        } else if let Some(stop) = event.object("contentBlockStop") {
            let index = stop.index("contentBlockIndex").unwrap_or_default();
            self.hand_out(index, calls);
        } else if let Some(stop) = event.object("messageStop") {
            return self.stop(&stop, calls);
        } else if event.get("messageStart").is_some() {
            self.has_begun = true;
        } else if event.get("metadata").is_none() {
            return Err(unexpected(&event));
        }
        Ok(())
    }

    fn has_begun(&self) -> bool {
        self.has_begun
    }

    fn is_over(&self) -> bool {
        self.is_over
    }

    fn end(&mut self, calls: &mut Vec<ToolCall>) {
        for block in &self.blocks {
            if let Some(place) = block.place {
                self.line.whole(place, block.call().cut_off(), calls);
            }
        }
    }

    fn messages(&self) -> Vec<Message> {
        let blocks = self.blocks.iter().filter_map(Block::to_json);
        let blocks: Vec<String> = blocks.collect();
        match blocks.is_empty() {
            true => Vec::new(),
            false => vec![Message::new(format!(
                "{{\"role\":\"assistant\",\"content\":[{}]}}",
                blocks.join(",")
            ))],
        }
    }
}

/// An event that is none of those: the service's exception, or somebody else's.
fn unexpected(event: &Members<'_>) -> DecodeError {
    let exceptions = event.iter().find(|(key, _)| key.ends_with("Exception"));
    let exception = exceptions.map(|(key, _)| (key, event.object(key)));
    match (exception, kind(event)) {
        (Some((name, told)), _) => {
            let message = told.and_then(|told| told.string("message"));
            DecodeError::Provider {
                message: format!("{name}: {}", message.unwrap_or_default()),
            }
        }
        (None, Kind::Unknown(keys)) => DecodeError::WrongShape {
            expected: EXPECTED,
            found: format!("an object with {keys}"),
        },
        (None, other) => other.unexpected(EXPECTED),
    }
}

impl Blocks {
    fn start(&mut self, start: &Members<'_>, calls: &mut Vec<ToolCall>) {
        let index = start.index("contentBlockIndex").unwrap_or_default();
        if let Some(unfinished) = self.open(index) {
            unfinished.is_closed = true;
            if let Some(place) = unfinished.place {
                let call = unfinished.call().cut_off();
                self.line.whole(place, call, calls);
            }
        }
        let start = start.object("start");
        let Some(call) = start.as_ref().and_then(|start| start.object("toolUse")) else {
            let draft = start.as_ref().map(Draft::of).unwrap_or_default();
            return self.add(index, draft, Kinds::Plain, None);
        };
        let is_ours = call.string("type").as_deref() != Some("server_tool_use");
        let place = is_ours.then(|| self.line.begin());
        self.add(index, Draft::of(&call), Kinds::ToolUse, place);
    }

    /// A block of text begins with its first piece.
    fn delta(&mut self, event: &Members<'_>) {
        let index = event.index("contentBlockIndex").unwrap_or_default();
        let Some(delta) = event.object("delta") else {
            return;
        };
        let thought = delta.object("reasoningContent");
        if self.open(index).is_none() {
            let kind = match thought {
                Some(_) => Kinds::Thought,
                None => Kinds::Plain,
            };
            self.add(index, Draft::default(), kind, None);
        }
        let Some(block) = self.open(index) else {
            return;
        };
        if let Some(call) = delta.object("toolUse") {
            block.input += &call.string("input").unwrap_or_default();
            return;
        }
        for (key, value) in thought.as_ref().unwrap_or(&delta).iter() {
            block.draft.merge(key, value);
        }
    }

    fn hand_out(&mut self, index: usize, calls: &mut Vec<ToolCall>) {
        let Some(block) = self.open(index) else {
            return;
        };
        block.is_closed = true;
        // One without input may have been cut: what comes behind tells.
        if let (Some(place), false) = (block.place, block.input.is_empty()) {
            let call = block.call();
            self.line.whole(place, call, calls);
        }
        self.settle_empty(Some(index), calls);
    }

    /// The calls without input before the block that has just been closed are whole.
    fn settle_empty(&mut self, but: Option<usize>, calls: &mut Vec<ToolCall>) {
        for block in &self.blocks {
            if let (Some(place), true) = (block.place, block.is_closed)
                && but != Some(block.index)
            {
                self.line.whole(place, block.call(), calls);
            }
        }
    }

    fn stop(&mut self, stop: &Members<'_>, calls: &mut Vec<ToolCall>) -> Result<(), DecodeError> {
        self.has_begun = true;
        self.is_over = true;
        let reason = stop.string("stopReason").unwrap_or_default();
        if reason == "max_tokens" {
            self.end(calls);
        }
        self.settle_empty(None, calls);
        let has_calls = self.blocks.iter().any(|block| block.place.is_some());
        match !has_calls && MALFORMED.contains(&reason.as_str()) {
            true => Err(DecodeError::MalformedCall {
                reason,
                message: String::new(),
            }),
            false => Ok(()),
        }
    }

    fn open(&mut self, index: usize) -> Option<&mut Block> {
        let mut blocks = self.blocks.iter_mut();
        blocks.find(|block| block.index == index && !block.is_closed)
    }

    fn add(&mut self, index: usize, draft: Draft, kind: Kinds, place: Option<usize>) {
        self.blocks.push(Block {
            index,
            draft,
            kind,
            input: String::new(),
            place,
            is_closed: false,
        });
    }
}

impl Block {
    fn call(&self) -> ToolCall {
        let text = |key| self.draft.string(key).unwrap_or_default();
        let input = match self.input.as_str() {
            "" => "{}",
            input => input,
        };
        ToolCall::new(text("toolUseId"), text("name"), input)
    }

    /// Without what the service would refuse: an empty text, a thought without its end, an input that is no object.
    fn to_json(&self) -> Option<String> {
        match self.kind {
            Kinds::ToolUse => {
                let mut draft = self.draft.clone();
                let is_whole = is_object(&self.input);
                draft.set("input", if is_whole { &self.input } else { "{}" });
                Some(format!("{{\"toolUse\":{}}}", draft.to_json()))
            }
            Kinds::Thought if !self.is_closed => None,
            Kinds::Thought => Some(format!("{{\"reasoningContent\":{}}}", self.thought())),
            Kinds::Plain => {
                let text = self.draft.string("text");
                let is_empty = text.is_none_or(|text| text.is_empty());
                (!is_empty).then(|| self.draft.to_json())
            }
        }
    }

    /// Its text and signature, or what is not for us to read.
    fn thought(&self) -> String {
        if self.draft.string("redactedContent").is_some() {
            return self.draft.to_json();
        }
        let members = ["text", "signature"].into_iter().filter_map(|key| {
            let text = self.draft.string(key)?;
            Some(format!("\"{key}\":{}", Value::from(text)))
        });
        let members: Vec<String> = members.collect();
        format!("{{\"reasoningText\":{{{}}}}}", members.join(","))
    }
}
