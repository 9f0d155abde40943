//! A streamed response of Anthropic Messages.
//!
//! The facts are those of the SDK's types `RawMessageStreamEvent`, `RawContentBlockDelta` and of the documentation of streaming.

use std::borrow::Cow;

use super::response::{CUT, PAUSED, call};
use crate::ToolCall;
use crate::dialect::Message;
use crate::dialect::response::{Members, Misfit, is_object};
use crate::dialect::stream::{Assemble, Block, Blocks, Draft, Fault, event, lost, unexpected};

pub(super) const EXPECTED: &str = "a stream of Anthropic Messages (events with a `type`)";

#[derive(Debug, Default)]
pub(super) struct Content {
    blocks: Blocks<Piece>,
    has_begun: bool,
    is_over: bool,
    is_paused: bool,
}

/// A block so far.
#[derive(Debug)]
struct Piece {
    draft: Draft,
    /// What was written of a tool's input.
    input: String,
}

impl Assemble for Content {
    fn event(&mut self, data: &str, calls: &mut Vec<ToolCall>) -> Result<(), Fault> {
        let event = event(data, EXPECTED)?;
        let lost = lost(EXPECTED);
        let index = event
            .index_if_given("index")
            .map_err(&lost)?
            .unwrap_or_default();
        match event.string("type").as_deref() {
            Some("message_start") => self.has_begun = true,
            Some("content_block_start") => {
                let block = event.part("content_block").map_err(&lost)?;
                let block = block.ok_or_else(|| lost(event.missing("content_block")))?;
                self.has_begun = true;
                // Of what has no type nobody can say that it is no call.
                block.word("type").map_err(&lost)?;
                let piece = Piece::of(&block);
                return self.blocks.begin(index, piece, EXPECTED, calls);
            }
            Some("content_block_delta") => {
                let delta = event.part("delta").map_err(&lost)?;
                let delta = delta.ok_or_else(|| lost(event.missing("delta")))?;
                let not_begun = "a `content_block_delta` of a block that has not begun";
                let block = self.blocks.open(index);
                let block = block.ok_or_else(|| lost(not_begun.to_owned()))?;
                block.grow(&delta).map_err(&lost)?;
            }
            Some("content_block_stop") => self.blocks.close(index, calls),
            Some("message_delta") => {
                let delta = event.part("delta").map_err(&lost)?;
                let reason = delta.map(|delta| delta.word_if_given("stop_reason"));
                let reason = reason.transpose().map_err(&lost)?.flatten();
                self.is_paused |= reason.as_deref() == Some(PAUSED);
                let is_cut = reason.is_some_and(|reason| CUT.contains(&reason.as_str()));
                self.blocks.settle(is_cut, calls);
            }
            // An end of nothing is no turn.
            Some("message_stop") => self.is_over = self.has_begun,
            Some("ping") => {}
            // What is new.
            Some(kind) if self.has_begun && kind != "error" => {}
            _ => return Err(unexpected(&event, EXPECTED).into()),
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

    fn is_paused(&self) -> bool {
        self.is_paused
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

impl Piece {
    fn of(block: &Members<'_>) -> Self {
        Self {
            draft: Draft::of(block),
            input: String::new(),
        }
    }

    /// A piece of a block: texts grow, citations are added.
    fn grow(&mut self, delta: &Members<'_>) -> Result<(), Misfit> {
        for (key, value) in delta.iter() {
            match key {
                "type" => {}
                "partial_json" => self.input += &delta.word(key)?,
                "signature" => self.draft.set(key, value),
                "citation" => self.draft.push("citations", value),
                other => self.draft.merge(other, value),
            }
        }
        Ok(())
    }
}

impl Block for Piece {
    /// Its arguments as the model wrote them.
    fn call(&self) -> Option<ToolCall> {
        let call = call(&self.draft.to_json())?;
        Some(match self.input.trim().is_empty() {
            true => call,
            false => ToolCall::new(call.id(), call.name(), &*self.input),
        })
    }

    /// An input that is none, or no object, is what the model wrote unless the limit of tokens has cut it.
    fn is_whole(&self) -> bool {
        match self.input.trim() {
            "" => self.draft.has_members("input"),
            input => is_object(input),
        }
    }

    fn text(&self) -> Option<Cow<'_, str>> {
        let is_text = self.draft.text("type").as_deref() == Some("text");
        self.draft.text("text").filter(|_| is_text)
    }

    /// Without what the provider would refuse: an empty text, an input that is no object, what has not ended and is no text and no call.
    fn to_json(&self, has_ended: bool) -> Option<String> {
        let mut draft = self.draft.clone();
        if is_object(&self.input) {
            draft.set("input", &self.input);
        }
        let is_kept = match draft.string("type").as_deref() {
            Some("text") => draft.string("text").is_some_and(|text| !text.is_empty()),
            Some("tool_use") => true,
            _ => has_ended,
        };
        is_kept.then(|| draft.to_json())
    }
}
