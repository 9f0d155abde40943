//! A message of blocks that begin and end by their index, as those of Anthropic and of Bedrock are.

use std::borrow::Cow;
use std::fmt::Debug;

use super::{Fault, Line, Told, taken};
use crate::ToolCall;
use crate::dialect::Message;

/// What a block is, in a provider's form.
pub(in crate::dialect) trait Block: Debug {
    /// The call, if the block is one for us.
    fn call(&self) -> Option<ToolCall>;

    /// Whether it can be seen of a call that nothing of it is missing.
    fn is_whole(&self) -> bool;

    /// The text so far, if the block is one.
    fn text(&self) -> Option<Cow<'_, str>>;

    /// As it goes into the history; none if the provider would refuse it.
    fn to_json(&self, has_ended: bool) -> Option<String>;
}

/// The blocks so far.
#[derive(Debug)]
pub(in crate::dialect) struct Blocks<B> {
    blocks: Vec<Entry<B>>,
    line: Line,
    told: Told,
}

#[derive(Debug)]
struct Entry<B> {
    index: usize,
    block: B,
    /// Its place among the calls, if it is one.
    place: Option<usize>,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Open,
    /// It has ended and is a call of which something may be missing: what comes behind tells.
    Doubtful,
    Closed,
}

impl<B> Default for Blocks<B> {
    fn default() -> Self {
        Self {
            blocks: Vec::new(),
            line: Line::default(),
            told: Told::default(),
        }
    }
}

impl<B: Block> Blocks<B> {
    /// A block begins, and those that have ended before it are all there. One with the same index that has not ended stays what it is.
    pub(in crate::dialect) fn begin(
        &mut self,
        index: usize,
        block: B,
        expected: &'static str,
        calls: &mut Vec<ToolCall>,
    ) -> Result<(), Fault> {
        self.settle(false, calls);
        let mut is_free = Ok(());
        if let Some(unfinished) = self.entry(index) {
            unfinished.state = State::Closed;
            is_free = Err(taken(index, expected));
            if let Some((place, call)) = unfinished.place.zip(unfinished.block.call()) {
                self.line.whole(place, call.cut_off(), calls);
            }
        }
        let place = block.call().map(|_| self.line.begin());
        self.blocks.push(Entry {
            index,
            block,
            place,
            state: State::Open,
        });
        is_free
    }

    /// The block with this index that has not ended.
    pub(in crate::dialect) fn open(&mut self, index: usize) -> Option<&mut B> {
        self.entry(index).map(|entry| &mut entry.block)
    }

    /// The block with this index ends.
    pub(in crate::dialect) fn close(&mut self, index: usize, calls: &mut Vec<ToolCall>) {
        let Some(entry) = self.entry(index) else {
            return;
        };
        entry.state = State::Closed;
        let Some((place, call)) = entry.place.zip(entry.block.call()) else {
            return;
        };
        match entry.block.is_whole() {
            true => self.line.whole(place, call, calls),
            false => entry.state = State::Doubtful,
        }
    }

    /// What comes behind calls that are in doubt tells whether they are all there.
    pub(in crate::dialect) fn settle(&mut self, is_cut: bool, calls: &mut Vec<ToolCall>) {
        let doubtful = self.blocks.iter_mut();
        for entry in doubtful.filter(|entry| entry.state == State::Doubtful) {
            entry.state = State::Closed;
            if let Some((place, call)) = entry.place.zip(entry.block.call()) {
                let call = if is_cut { call.cut_off() } else { call };
                self.line.whole(place, call, calls);
            }
        }
    }

    /// Nothing more comes: what has not ended never will.
    pub(in crate::dialect) fn end(&mut self, calls: &mut Vec<ToolCall>) {
        for entry in &self.blocks {
            if let Some((place, call)) = entry.place.zip(entry.block.call()) {
                self.line.whole(place, call.cut_off(), calls);
            }
        }
    }

    pub(in crate::dialect) fn lose(&mut self) {
        self.line.lose();
    }

    pub(in crate::dialect) fn has_calls(&self) -> bool {
        self.blocks.iter().any(|entry| entry.place.is_some())
    }

    /// What was not handed out of the texts.
    pub(in crate::dialect) fn rest(&mut self, is_end: bool) -> String {
        self.told.rest(&self.blocks, |entry| {
            let has_ended = is_end || entry.state != State::Open;
            entry.block.text().map(|text| (text, has_ended))
        })
    }

    /// The assistant's message; none without a block.
    pub(in crate::dialect) fn messages(&self) -> Vec<Message> {
        let blocks = self.blocks.iter();
        let blocks = blocks.filter_map(|entry| entry.block.to_json(entry.state != State::Open));
        let blocks: Vec<String> = blocks.collect();
        match blocks.is_empty() {
            true => Vec::new(),
            false => vec![Message::new(format!(
                "{{\"role\":\"assistant\",\"content\":[{}]}}",
                blocks.join(",")
            ))],
        }
    }

    fn entry(&mut self, index: usize) -> Option<&mut Entry<B>> {
        let mut blocks = self.blocks.iter_mut();
        blocks.find(|entry| entry.index == index && entry.state == State::Open)
    }
}
