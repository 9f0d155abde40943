//! A streamed response in the format: pieces of the message, the calls by their index.

use super::content::Content;
use super::entry::{Entry, is_id};
use super::hosts::{Differences, Envelope};
use super::response::{self, CUT, OLD_CALL};
use crate::ToolCall;
use crate::dialect::Message;
use crate::dialect::response::{Kind, Members, Misfit, is_complete, kind, wrong};
use crate::dialect::stream::{
    Assemble, DONE, Draft, Fault, Line, event, lost, several, unexpected,
};

/// The message so far.
#[derive(Debug)]
pub(super) struct Pieces {
    host: &'static Differences,
    choice: Option<usize>,
    message: Draft,
    content: Content,
    entries: Vec<Entry>,
    line: Line,
    /// Whether a call has come as requests with `functions` have it.
    has_old_call: bool,
    has_begun: bool,
    /// Whether something of the answer has come: some chunks have no choice, and `[DONE]` may be all that comes.
    is_answered: bool,
    is_over: bool,
    has_told_refusal: bool,
}

impl Pieces {
    pub(super) fn new(host: &'static Differences, choice: Option<usize>) -> Self {
        Self {
            host,
            choice,
            message: Draft::default(),
            content: Content::default(),
            entries: Vec::new(),
            line: Line::default(),
            has_old_call: false,
            has_begun: false,
            is_answered: false,
            is_over: false,
            has_told_refusal: false,
        }
    }
}

impl Assemble for Pieces {
    fn event(&mut self, data: &str, calls: &mut Vec<ToolCall>) -> Result<(), Fault> {
        if data.trim() == DONE {
            // Some hosts say nothing else at the end.
            return match self.is_over {
                true => Ok(()),
                false => self.finish(None, calls),
            };
        }
        let event = event(data, self.host.expected)?;
        match (kind(&event), self.host.envelope) {
            (Kind::OpenAiChat, Envelope::Choices) => self.choices(&event, calls),
            (Kind::Ollama, Envelope::Message) => self.line(&event, calls),
            // The last chunk may tell of the use of tokens alone.
            (Kind::Unknown(_), _) if self.has_begun => Ok(()),
            _ => Err(unexpected(&event, self.host.expected).into()),
        }
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
        for entry in &self.entries {
            let call = call(self.host, &entry.to_json(self.host));
            if let Some(call) = call {
                self.line.whole(entry.place, call.cut_off(), calls);
            }
        }
    }

    /// A refusal stands behind the content, so it waits for the end of that.
    fn rest(&mut self, is_end: bool) -> String {
        let mut rest = self.content.rest();
        if is_end && !self.has_told_refusal {
            self.has_told_refusal = true;
            rest += &self.message.string("refusal").unwrap_or_default();
        }
        rest
    }

    fn messages(&self) -> Vec<Message> {
        if !self.has_begun {
            return Vec::new();
        }
        let mut message = self.message.clone();
        if message.has("content") {
            message.set("content", &self.content.to_json());
        }
        if !message.has("role") {
            message.set("role", "\"assistant\"");
        }
        for entry in &self.entries {
            message.push("tool_calls", &entry.to_message(self.host));
        }
        vec![Message::new(message.to_json())]
    }
}

impl Pieces {
    /// A chunk with the next piece of one choice, or of several.
    fn choices(&mut self, event: &Members<'_>, calls: &mut Vec<ToolCall>) -> Result<(), Fault> {
        self.has_begun = true;
        let lost = lost(self.host.expected);
        let mut other = Ok(());
        for choice in event.parts("choices").map_err(&lost)? {
            let index = choice
                .index_if_given("index")
                .map_err(&lost)?
                .unwrap_or_default();
            match self.choice {
                None if index > 0 => {
                    other = Err(several("choices", self.host.expected));
                    continue;
                }
                chosen if chosen.unwrap_or_default() != index => continue,
                _ => self.is_answered = true,
            }
            // Some hosts send the whole message at once.
            let delta = choice.part("delta").map_err(&lost)?;
            let message = choice.part("message").map_err(&lost)?;
            if let Some(delta) = delta.or(message) {
                self.piece(&delta, calls).map_err(&lost)?;
            }
            // Some hosts have an empty one in every chunk.
            let reason = choice.word_if_given("finish_reason").map_err(&lost)?;
            if let Some(reason) = reason.filter(|reason| !reason.is_empty()) {
                self.finish(Some(&reason), calls)?;
            }
        }
        other
    }

    /// A line with the next piece of the message.
    fn line(&mut self, event: &Members<'_>, calls: &mut Vec<ToolCall>) -> Result<(), Fault> {
        self.has_begun = true;
        self.is_answered = true;
        let lost = lost(self.host.expected);
        if let Some(message) = event.part("message").map_err(&lost)? {
            self.piece(&message, calls).map_err(&lost)?;
        }
        if event.get("done") == Some("true") {
            let reason = event.word_if_given("done_reason").map_err(&lost)?;
            self.finish(Some(reason.as_deref().unwrap_or_default()), calls)?;
        }
        Ok(())
    }

    fn piece(&mut self, delta: &Members<'_>, calls: &mut Vec<ToolCall>) -> Result<(), Misfit> {
        for (key, value) in delta.iter() {
            match key {
                "tool_calls" => {
                    let mut read = Ok(());
                    for entry in delta.parts(key)? {
                        read = read.and(self.entry(&entry, calls));
                    }
                    read?;
                }
                "role" => self.message.set(key, value),
                "content" => {
                    self.message.set(key, "null");
                    self.content.grow(value);
                }
                other => {
                    self.has_old_call |= other == "function_call" && value != "null";
                    self.message.merge(other, value);
                }
            }
        }
        Ok(())
    }

    /// A piece of a call.
    fn entry(&mut self, piece: &Members<'_>, calls: &mut Vec<ToolCall>) -> Result<(), Misfit> {
        piece.part("function")?;
        piece.part("custom")?;
        let at = self.find(piece);
        let entry = &mut self.entries[at];
        entry.take(self.host, piece)?;
        if entry.balance.is_whole()
            && let Some(call) = call(self.host, &entry.to_json(self.host))
        {
            self.line.whole(entry.place, call, calls);
        }
        Ok(())
    }

    /// The call that a piece is of: by its index, by its id, or the last. Where the message stands in the response itself, each is whole.
    fn find(&mut self, piece: &Members<'_>) -> usize {
        let known = match self.host.envelope {
            Envelope::Choices => self.known(piece),
            Envelope::Message => None,
        };
        known.unwrap_or_else(|| {
            let place = self.line.begin();
            self.entries.push(Entry::new(piece.index("index"), place));
            self.entries.len() - 1
        })
    }

    fn known(&self, piece: &Members<'_>) -> Option<usize> {
        let index = piece.index("index");
        let given = |id: Option<String>| id.filter(|id| is_id(self.host, id));
        let id = given(piece.string("id"));
        let function = piece.object("function").or_else(|| piece.object("custom"));
        let name = function.and_then(|function| function.string("name"));
        let name = name.filter(|name| !name.is_empty());
        let is_of = |entry: &Entry| {
            let other = given(entry.draft.string("id"));
            let same_id = id.is_none() || other.is_none() || id == other;
            // One that is named again is another, though its host counts wrongly, if it is whole already or has another name.
            let is_renamed = || entry.has_arguments() && entry.called.string("name") != name;
            let is_next = name.is_some()
                && (id.is_none() || other.is_none())
                && (entry.balance.is_whole() || is_renamed());
            // One that has begun and is named again, by the same name, goes on.
            let goes_on = || id.is_some() || name.is_none() || entry.has_arguments();
            let is_there = match index {
                Some(_) => entry.index == index,
                None => goes_on(),
            };
            is_there && same_id && !is_next
        };
        let at = self.entries.iter().rposition(is_of)?;
        let is_told = index.is_some() || id.is_some() || at + 1 == self.entries.len();
        is_told.then_some(at)
    }

    /// Nothing more comes: every call is whole, but for the last one if the reason says that it was cut. Without a reason one that has
    /// begun to write its arguments, and has not ended, is cut.
    fn finish(&mut self, reason: Option<&str>, calls: &mut Vec<ToolCall>) -> Result<(), Fault> {
        self.is_over = self.is_answered;
        let last = self.entries.len();
        for (entry, place) in self.entries.iter().zip(1..) {
            let Some(call) = call(self.host, &entry.to_json(self.host)) else {
                continue;
            };
            let is_whole = is_complete(call.arguments()) && !call.is_text();
            let is_cut = match reason {
                Some(reason) => CUT.contains(&reason) && place == last && !is_whole,
                None => !call.arguments().is_empty() && !is_whole,
            };
            let call = if is_cut { call.cut_off() } else { call };
            self.line.whole(entry.place, call, calls);
        }
        match self.has_old_call && self.entries.is_empty() {
            true => Err(Fault::Told(wrong(self.host.expected)(OLD_CALL.to_owned()))),
            false => Ok(()),
        }
    }
}

/// The call that an entry is.
fn call(host: &Differences, entry: &str) -> Option<ToolCall> {
    let entry = Members::of(entry).ok().flatten()?;
    Some(response::call(host, &entry))
}
