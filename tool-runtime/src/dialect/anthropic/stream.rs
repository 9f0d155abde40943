//! A streamed response of Anthropic Messages.
//!
//! The facts are those of the SDK's types `RawMessageStreamEvent`, `RawContentBlockDelta` and of the documentation of streaming.

use super::response::{CUT, PAUSED, call};
use crate::ToolCall;
use crate::dialect::Message;
use crate::dialect::response::{Members, Misfit, is_object};
use crate::dialect::stream::{Assemble, Draft, Fault, Line, event, lost, taken, unexpected};

pub(super) const EXPECTED: &str = "a stream of Anthropic Messages (events with a `type`)";

#[derive(Debug, Default)]
pub(super) struct Blocks {
    blocks: Vec<Block>,
    line: Line,
    has_begun: bool,
    is_over: bool,
    is_paused: bool,
}

#[derive(Debug)]
struct Block {
    index: usize,
    draft: Draft,
    /// The pieces of a tool's input.
    input: String,
    /// Its place among the calls, if it is one.
    place: Option<usize>,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Open,
    /// A call whose input is none, or no object: it is what the model wrote unless the limit of tokens has cut it.
    Doubtful,
    Closed,
}

impl Assemble for Blocks {
    fn event(&mut self, data: &str, calls: &mut Vec<ToolCall>) -> Result<(), Fault> {
        let event = event(data, EXPECTED)?;
        let lost = lost(EXPECTED);
        match event.string("type").as_deref() {
            Some("message_start") => self.has_begun = true,
            Some("content_block_start") => {
                let block = event.part("content_block").map_err(&lost)?;
                let block = block.ok_or_else(|| lost(event.missing("content_block")))?;
                self.settle(false, calls);
                return self.start(event.index("index").unwrap_or_default(), &block, calls);
            }
            Some("content_block_delta") => {
                let index = event.index("index").unwrap_or_default();
                let delta = event.part("delta").map_err(&lost)?;
                let delta = delta.ok_or_else(|| lost(event.missing("delta")))?;
                let not_begun = "a `content_block_delta` of a block that has not begun";
                let block = self.open(index);
                let block = block.ok_or_else(|| lost(not_begun.to_owned()))?;
                block.grow(&delta).map_err(&lost)?;
            }
            Some("content_block_stop") => {
                let index = event.index("index").unwrap_or_default();
                if let Some(block) = self.open(index) {
                    block.close();
                }
                self.hand_out(calls);
            }
            Some("message_delta") => {
                let delta = event.object("delta");
                let reason = delta.and_then(|delta| delta.string("stop_reason"));
                self.is_paused |= reason.as_deref() == Some(PAUSED);
                let is_cut = reason.is_some_and(|reason| CUT.contains(&reason.as_str()));
                self.settle(is_cut, calls);
            }
            Some("message_stop") => self.is_over = true,
            Some("ping") => {}
            // What is new.
            Some(kind) if self.has_begun && kind != "error" => {}
            _ => return Err(unexpected(&event, EXPECTED).into()),
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

    fn is_paused(&self) -> bool {
        self.is_paused
    }

    fn end(&mut self, calls: &mut Vec<ToolCall>) {
        for block in &self.blocks {
            if let Some(place) = block.place {
                self.line.whole(place, block.call().cut_off(), calls);
            }
        }
    }

    /// Without what the provider would refuse: an empty text, an input that is no object, what has not ended and is no text and no call.
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

impl Blocks {
    /// A block begins. One with the same index that is still open stays what it is.
    fn start(
        &mut self,
        index: usize,
        block: &Members<'_>,
        calls: &mut Vec<ToolCall>,
    ) -> Result<(), Fault> {
        self.has_begun = true;
        let mut is_taken = Ok(());
        if let Some(unfinished) = self.open(index) {
            unfinished.state = State::Closed;
            is_taken = Err(taken(index, EXPECTED));
            if let Some(place) = unfinished.place {
                let call = unfinished.call().cut_off();
                self.line.whole(place, call, calls);
            }
        }
        let is_call = block.string("type").as_deref() == Some("tool_use");
        self.blocks.push(Block {
            index,
            draft: Draft::of(block),
            input: String::new(),
            place: is_call.then(|| self.line.begin()),
            state: State::Open,
        });
        is_taken
    }

    fn open(&mut self, index: usize) -> Option<&mut Block> {
        let mut blocks = self.blocks.iter_mut();
        blocks.find(|block| block.index == index && block.state == State::Open)
    }

    fn hand_out(&mut self, calls: &mut Vec<ToolCall>) {
        for block in &self.blocks {
            if let (State::Closed, Some(place)) = (block.state, block.place)
                && !self.line.is_whole(place)
            {
                self.line.whole(place, block.call(), calls);
            }
        }
    }

    /// What comes behind a call that is in doubt tells whether it is all there.
    fn settle(&mut self, is_cut: bool, calls: &mut Vec<ToolCall>) {
        for block in &mut self.blocks {
            if let (State::Doubtful, Some(place)) = (block.state, block.place) {
                block.state = State::Closed;
                let call = block.call();
                let call = if is_cut { call.cut_off() } else { call };
                self.line.whole(place, call, calls);
            }
        }
        self.hand_out(calls);
    }
}

impl Block {
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

    fn close(&mut self) {
        let has_input = match self.input.trim() {
            "" => self.draft.has_members("input"),
            input => is_object(input),
        };
        self.state = match self.place {
            Some(_) if !has_input => State::Doubtful,
            _ => State::Closed,
        };
        if is_object(&self.input) {
            self.draft.set("input", &self.input);
        }
    }

    /// The call, its arguments as the model wrote them.
    fn call(&self) -> ToolCall {
        let call = call(&self.draft.to_json()).unwrap_or_else(|| ToolCall::new("", "", ""));
        match self.input.trim().is_empty() {
            true => call,
            false => ToolCall::new(call.id(), call.name(), &*self.input),
        }
    }

    fn to_json(&self) -> Option<String> {
        let is_open = self.state == State::Open && self.place.is_none();
        match self.draft.string("type").as_deref() {
            Some("text") if self.draft.string("text").is_none_or(|text| text.is_empty()) => None,
            Some("text") => Some(self.draft.to_json()),
            _ if is_open => None,
            _ => Some(self.draft.to_json()),
        }
    }
}
