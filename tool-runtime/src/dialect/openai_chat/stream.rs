//! A streamed response in the format: pieces of the message, the calls by their index.

use super::hosts::{Differences, Envelope};
use super::response;
use crate::dialect::Message;
use crate::dialect::response::{Kind, Members, elements, is_complete, kind};
use crate::dialect::stream::{Assemble, Balance, Draft, Line, event};
use crate::json;
use crate::{DecodeError, ToolCall};

/// The message so far.
#[derive(Debug)]
pub(super) struct Pieces {
    host: &'static Differences,
    choice: Option<usize>,
    message: Draft,
    entries: Vec<Entry>,
    line: Line,
    has_begun: bool,
    is_over: bool,
}

/// One call so far.
#[derive(Debug)]
struct Entry {
    index: Option<usize>,
    draft: Draft,
    /// What stands under `function`, or under `custom`.
    called: Draft,
    is_custom: bool,
    balance: Balance,
    place: usize,
}

impl Pieces {
    pub(super) fn new(host: &'static Differences, choice: Option<usize>) -> Self {
        Self {
            host,
            choice,
            message: Draft::default(),
            entries: Vec::new(),
            line: Line::default(),
            has_begun: false,
            is_over: false,
        }
    }
}

impl Assemble for Pieces {
    fn event(&mut self, data: &str, calls: &mut Vec<ToolCall>) -> Result<(), DecodeError> {
        if data.trim() == "[DONE]" {
            self.is_over = true;
            return Ok(());
        }
        let event = event(data, self.host.expected)?;
        match (kind(&event), self.host.envelope) {
            (Kind::OpenAiChat, Envelope::Choices) => self.choices(&event, calls),
            (Kind::Ollama, Envelope::Message) => self.line(&event, calls),
            // The last chunk may tell of the use of tokens alone.
            (Kind::Unknown(_), _) if self.has_begun => Ok(()),
            (other, _) => Err(other.unexpected(self.host.expected)),
        }
    }

    fn has_begun(&self) -> bool {
        self.has_begun
    }

    fn is_over(&self) -> bool {
        self.is_over
    }

    fn end(&mut self, calls: &mut Vec<ToolCall>) {
        for entry in &self.entries {
            let call = call(self.host, &entry.to_json());
            if let Some(call) = call {
                self.line.whole(entry.place, call.cut_off(), calls);
            }
        }
    }

    fn messages(&self) -> Vec<Message> {
        if !self.has_begun {
            return Vec::new();
        }
        let mut message = self.message.clone();
        if !message.has("role") {
            message.set("role", "\"assistant\"");
        }
        for entry in &self.entries {
            message.push("tool_calls", &entry.to_json());
        }
        vec![Message::new(message.to_json())]
    }
}

impl Pieces {
    /// A chunk with the next piece of one choice, or of several.
    fn choices(
        &mut self,
        event: &Members<'_>,
        calls: &mut Vec<ToolCall>,
    ) -> Result<(), DecodeError> {
        self.has_begun = true;
        for choice in event.elements("choices") {
            let Some(choice) = Members::of(choice).ok().flatten() else {
                continue;
            };
            let index = choice.index("index").unwrap_or_default();
            match self.choice {
                None if index > 0 => {
                    return Err(DecodeError::WrongShape {
                        expected: self.host.expected,
                        found: "several choices, where one is read; say which by `.choice(0)` of the dialect, or ask for one".to_owned(),
                    });
                }
                chosen if chosen.unwrap_or_default() != index => continue,
                _ => {}
            }
            // Some hosts send the whole message at once.
            if let Some(delta) = choice.object("delta").or_else(|| choice.object("message")) {
                self.piece(&delta, calls);
            }
            if let Some(reason) = choice.string("finish_reason") {
                self.finish(&reason, calls);
            }
        }
        Ok(())
    }

    /// A line with the next piece of the message.
    fn line(&mut self, event: &Members<'_>, calls: &mut Vec<ToolCall>) -> Result<(), DecodeError> {
        self.has_begun = true;
        if let Some(message) = event.object("message") {
            self.piece(&message, calls);
        }
        if event.get("done") == Some("true") {
            self.finish(&event.string("done_reason").unwrap_or_default(), calls);
        }
        Ok(())
    }

    fn piece(&mut self, delta: &Members<'_>, calls: &mut Vec<ToolCall>) {
        for (key, value) in delta.iter() {
            match key {
                "tool_calls" => {
                    for entry in elements(value).unwrap_or_default() {
                        if let Some(entry) = Members::of(entry).ok().flatten() {
                            self.entry(&entry, calls);
                        }
                    }
                }
                "role" => self.message.set(key, value),
                other => self.message.merge(other, value),
            }
        }
    }

    /// A piece of a call. Ids and names are set and not appended, since some hosts repeat them.
    fn entry(&mut self, piece: &Members<'_>, calls: &mut Vec<ToolCall>) {
        let at = self.find(piece);
        let entry = &mut self.entries[at];
        for (key, value) in piece.iter().filter(|(_, value)| *value != "null") {
            match key {
                "function" | "custom" => {
                    entry.is_custom = key == "custom";
                    entry.grow(piece.object(key));
                }
                "id" if value == "\"\"" && entry.draft.has("id") => {}
                "index" => {}
                other => entry.draft.set(other, value),
            }
        }
        if entry.balance.is_whole()
            && let Some(call) = call(self.host, &entry.to_json())
        {
            self.line.whole(entry.place, call, calls);
        }
    }

    /// The call that a piece is of: by its index, by its id, or the last.
    fn find(&mut self, piece: &Members<'_>) -> usize {
        let index = piece.index("index");
        let id = piece.string("id").filter(|id| !id.is_empty());
        let function = piece.object("function").or_else(|| piece.object("custom"));
        let names = function.is_some_and(|function| function.string("name").is_some());
        let is_of = |entry: &Entry| {
            let other = entry.draft.string("id").filter(|id| !id.is_empty());
            let same_id = id.is_none() || other.is_none() || id == other;
            // One that is whole already and is named again is another, though its host counts wrongly.
            let is_next = names && entry.balance.is_whole() && (id.is_none() || other.is_none());
            match index {
                Some(_) => entry.index == index && same_id && !is_next,
                None => same_id && !is_next && (id.is_some() || !names),
            }
        };
        match self.entries.iter().rposition(is_of) {
            Some(at) if index.is_some() || id.is_some() || at + 1 == self.entries.len() => at,
            _ => {
                let place = self.line.begin();
                self.entries.push(Entry {
                    index,
                    draft: Draft::default(),
                    called: Draft::default(),
                    is_custom: false,
                    balance: Balance::default(),
                    place,
                });
                self.entries.len() - 1
            }
        }
    }

    /// Nothing more comes: every call is whole, but for the last one if the limit of tokens has cut it.
    fn finish(&mut self, reason: &str, calls: &mut Vec<ToolCall>) {
        self.is_over = true;
        let last = self.entries.len();
        for (entry, place) in self.entries.iter().zip(1..) {
            let Some(call) = call(self.host, &entry.to_json()) else {
                continue;
            };
            let is_whole = is_complete(call.arguments()) && !call.is_text();
            let is_cut = reason == "length" && place == last && !is_whole;
            let call = if is_cut { call.cut_off() } else { call };
            self.line.whole(entry.place, call, calls);
        }
    }
}

impl Entry {
    /// A piece of what is called: its arguments grow, or come as an object.
    fn grow(&mut self, piece: Option<Members<'_>>) {
        let Some(piece) = piece else {
            return;
        };
        for (key, value) in piece.iter().filter(|(_, value)| *value != "null") {
            match (key, json::string(value)) {
                ("arguments", Some(text)) => {
                    self.balance.push(&text);
                    self.called.append(key, &text);
                }
                ("arguments", None) => {
                    self.balance.push(value);
                    self.called.set(key, value);
                }
                ("input", Some(text)) => self.called.append(key, &text),
                (other, _) => self.called.set(other, value),
            }
        }
    }

    fn to_json(&self) -> String {
        let mut draft = self.draft.clone();
        let key = if self.is_custom { "custom" } else { "function" };
        draft.set(key, &self.called.to_json());
        draft.to_json()
    }
}

/// The call that an entry is.
fn call(host: &Differences, entry: &str) -> Option<ToolCall> {
    let entry = Members::of(entry).ok().flatten()?;
    Some(response::call(host, &entry))
}
