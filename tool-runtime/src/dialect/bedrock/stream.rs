//! A streamed response of Bedrock Converse: the SDK's events, as JSON.
//!
//! The facts are those of botocore's model: `ConverseStreamOutput`, `ContentBlockStart`, `ContentBlockDelta`.

use serde_json::Value;

use super::response::{CUT, MALFORMED};
use crate::dialect::Message;
use crate::dialect::response::{Members, Misfit, is_object};
use crate::dialect::stream::{Assemble, Draft, Fault, Line, event, lost, taken, unexpected};
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
    /// What a tool of the service's own has answered.
    ToolResult,
    Thought,
}

impl Assemble for Blocks {
    fn event(&mut self, data: &str, calls: &mut Vec<ToolCall>) -> Result<(), Fault> {
        let event = event(data, EXPECTED)?;
        if let Some(start) = event.object("contentBlockStart") {
            self.has_begun = true;
            return self.start(&start, calls);
        } else if let Some(delta) = event.object("contentBlockDelta") {
            self.has_begun = true;
            self.delta(&delta, calls)?;
        } else if let Some(stop) = event.object("contentBlockStop") {
            let index = stop.index("contentBlockIndex").unwrap_or_default();
            self.hand_out(index, calls);
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
        self.line.lose();
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

/// The service's exception, if that is what an event is.
fn exception(event: &Members<'_>) -> Option<DecodeError> {
    let (name, _) = event.iter().find(|(key, _)| key.ends_with("Exception"))?;
    let told = event.object(name);
    let message = told.and_then(|told| told.string("message"));
    Some(DecodeError::Provider {
        message: format!("{name}: {}", message.unwrap_or_default()),
    })
}

impl Blocks {
    /// A block begins. One with the same index that is still open stays what it is.
    fn start(&mut self, start: &Members<'_>, calls: &mut Vec<ToolCall>) -> Result<(), Fault> {
        let index = start.index("contentBlockIndex").unwrap_or_default();
        self.settle(None, calls);
        let mut is_taken = Ok(());
        if let Some(unfinished) = self.open(index) {
            unfinished.is_closed = true;
            is_taken = Err(taken(index, EXPECTED));
            if let Some(place) = unfinished.place {
                let call = unfinished.call().cut_off();
                self.line.whole(place, call, calls);
            }
        }
        let what = start.part("start").map_err(lost(EXPECTED))?;
        let of = |key| what.as_ref().map_or(Ok(None), |what| what.part(key));
        if let Some(call) = of("toolUse").map_err(lost(EXPECTED))? {
            let is_ours = call.string("type").as_deref() != Some("server_tool_use");
            let place = is_ours.then(|| self.line.begin());
            self.add(index, Draft::of(&call), Kinds::ToolUse, place);
        } else if let Some(result) = of("toolResult").map_err(lost(EXPECTED))? {
            self.add(index, Draft::of(&result), Kinds::ToolResult, None);
        } else {
            self.add(index, Draft::default(), Kinds::Plain, None);
        }
        is_taken
    }

    /// A block of text begins with its first piece.
    fn delta(&mut self, event: &Members<'_>, calls: &mut Vec<ToolCall>) -> Result<(), Fault> {
        let index = event.index("contentBlockIndex").unwrap_or_default();
        let delta = event.part("delta").map_err(lost(EXPECTED))?;
        let delta = delta.ok_or_else(|| lost(EXPECTED)(event.missing("delta")))?;
        let thought = delta.object("reasoningContent");
        if self.open(index).is_none() {
            if delta.get("toolUse").is_some() {
                let not_begun = "a `contentBlockDelta` of a call that has not begun";
                return Err(lost(EXPECTED)(not_begun.to_owned()));
            }
            self.settle(None, calls);
            let kind = match thought {
                Some(_) => Kinds::Thought,
                None => Kinds::Plain,
            };
            self.add(index, Draft::default(), kind, None);
        }
        if let Some(block) = self.open(index) {
            let grown = block.grow(thought.as_ref().unwrap_or(&delta));
            return grown.map_err(lost(EXPECTED));
        }
        Ok(())
    }

    fn hand_out(&mut self, index: usize, calls: &mut Vec<ToolCall>) {
        let Some(block) = self.open(index) else {
            return;
        };
        block.is_closed = true;
        // One whose input is none, or no object, may have been cut: what comes behind tells.
        if let (Some(place), true) = (block.place, is_object(&block.input)) {
            let call = block.call();
            self.line.whole(place, call, calls);
        }
        self.settle(Some(index), calls);
    }

    /// The calls whose blocks are closed are whole, but for the one that has just been closed.
    fn settle(&mut self, but: Option<usize>, calls: &mut Vec<ToolCall>) {
        for block in &self.blocks {
            if let (Some(place), true) = (block.place, block.is_closed)
                && but != Some(block.index)
            {
                self.line.whole(place, block.call(), calls);
            }
        }
    }

    fn stop(&mut self, stop: &Members<'_>, calls: &mut Vec<ToolCall>) -> Result<(), Fault> {
        self.has_begun = true;
        self.is_over = true;
        let reason = stop.string("stopReason").unwrap_or_default();
        if CUT.contains(&reason.as_str()) {
            self.end(calls);
        }
        self.settle(None, calls);
        let has_calls = self.blocks.iter().any(|block| block.place.is_some());
        match !has_calls && MALFORMED.contains(&reason.as_str()) {
            true => Err(Fault::Told(DecodeError::MalformedCall {
                reason,
                message: String::new(),
            })),
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

    fn call(&self) -> ToolCall {
        let text = |key| self.draft.string(key).unwrap_or_default();
        let input = match self.input.as_str() {
            "" => "{}",
            input => input,
        };
        ToolCall::new(text("toolUseId"), text("name"), input)
    }

    /// Without what the service would refuse: an empty text, a thought or a result without its end, an input that is no object.
    fn to_json(&self) -> Option<String> {
        match self.kind {
            Kinds::ToolUse => {
                let mut draft = self.draft.clone();
                let is_whole = is_object(&self.input);
                draft.set("input", if is_whole { &self.input } else { "{}" });
                Some(format!("{{\"toolUse\":{}}}", draft.to_json()))
            }
            Kinds::ToolResult | Kinds::Thought if !self.is_closed => None,
            Kinds::ToolResult => Some(format!("{{\"toolResult\":{}}}", self.draft.to_json())),
            Kinds::Thought => Some(format!("{{\"reasoningContent\":{}}}", self.thought())),
            Kinds::Plain => {
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
