//! A streamed response of OpenAI Responses.
//!
//! The facts are those of the SDK's types `ResponseStreamEvent` and of its `ResponseStreamState`: items go by `output_index`, which
//! may have gaps, and the finished item is preferred to its pieces.

use std::collections::BTreeMap;

use super::response::call;
use crate::dialect::Message;
use crate::dialect::response::{Members, kind};
use crate::dialect::stream::{Assemble, Draft, Line, event};
use crate::{DecodeError, ToolCall};

pub(super) const EXPECTED: &str = "a stream of OpenAI Responses (events with a `type`)";

#[derive(Debug, Default)]
pub(super) struct Items {
    items: BTreeMap<usize, Item>,
    line: Line,
    has_begun: bool,
    is_over: bool,
}

#[derive(Debug)]
struct Item {
    draft: Draft,
    /// Its place among the calls, if it is one.
    place: Option<usize>,
    /// The item as it ended.
    done: Option<String>,
}

impl Assemble for Items {
    fn event(&mut self, data: &str, calls: &mut Vec<ToolCall>) -> Result<(), DecodeError> {
        let event = event(data, EXPECTED)?;
        let index = event.index("output_index").unwrap_or_default();
        let name = event.string("type").unwrap_or_default();
        match name.as_str() {
            "response.output_item.added" => self.add(index, &event),
            "response.function_call_arguments.delta" => self.grow(index, "arguments", &event),
            "response.custom_tool_call_input.delta" => self.grow(index, "input", &event),
            "response.function_call_arguments.done" => {
                self.whole(index, "arguments", &event, calls);
            }
            "response.custom_tool_call_input.done" => self.whole(index, "input", &event, calls),
            "response.output_item.done" => self.done(index, &event, calls),
            "response.completed" | "response.incomplete" => {
                self.is_over = true;
                let response = event.object("response");
                let items = response.map(|response| response.elements("output"));
                // All of them, also those of which no event told.
                for (index, item) in items.unwrap_or_default().into_iter().enumerate() {
                    self.finish(index, item, calls);
                }
            }
            "response.failed" | "error" => return Err(failure(&event)),
            other if other.starts_with("response.") => {}
            _ => return Err(kind(&event).unexpected(EXPECTED)),
        }
        self.has_begun = true;
        Ok(())
    }

    fn has_begun(&self) -> bool {
        self.has_begun
    }

    fn is_over(&self) -> bool {
        self.is_over
    }

    fn end(&mut self, calls: &mut Vec<ToolCall>) {
        for item in self.items.values() {
            if let Some((place, call)) = item.place.zip(item.call()) {
                self.line.whole(place, call.cut_off(), calls);
            }
        }
    }

    /// The items that ended, and the calls that did not, which have results too.
    fn messages(&self) -> Vec<Message> {
        let items = self.items.values();
        let items = items.filter_map(|item| match (&item.done, item.place) {
            (Some(done), _) => Some(done.clone()),
            (None, Some(_)) => Some(item.draft.to_json()),
            (None, None) => None,
        });
        items.map(Message::new).collect()
    }
}

/// What the provider says of its own error.
fn failure(event: &Members<'_>) -> DecodeError {
    let response = event.object("response");
    let error = match &response {
        Some(response) => response.object("error"),
        None => event.object("error"),
    };
    let message = error.and_then(|error| error.string("message"));
    let message = message.or_else(|| event.string("message"));
    DecodeError::Provider {
        message: message.unwrap_or_else(|| "it does not say which".to_owned()),
    }
}

impl Items {
    fn add(&mut self, index: usize, event: &Members<'_>) {
        if let (Some(item), false) = (event.object("item"), self.items.contains_key(&index)) {
            let place = call(&item, false).map(|_| self.line.begin());
            let draft = Draft::of(&item);
            let done = None;
            self.items.insert(index, Item { draft, place, done });
        }
    }

    fn grow(&mut self, index: usize, key: &str, event: &Members<'_>) {
        if let (Some(item), Some(piece)) = (self.items.get_mut(&index), event.string("delta")) {
            item.draft.append(key, &piece);
        }
    }

    /// The arguments are whole, a moment before the item is.
    fn whole(&mut self, index: usize, key: &str, event: &Members<'_>, calls: &mut Vec<ToolCall>) {
        let Some(item) = self.items.get_mut(&index) else {
            return;
        };
        if let Some(text) = event.get(key) {
            item.draft.set(key, text);
        }
        if let Some((place, call)) = item.place.zip(item.call()) {
            self.line.whole(place, call, calls);
        }
    }

    fn done(&mut self, index: usize, event: &Members<'_>, calls: &mut Vec<ToolCall>) {
        self.add(index, event);
        if let Some(item) = event.get("item") {
            self.finish(index, item, calls);
        }
    }

    fn finish(&mut self, index: usize, text: &str, calls: &mut Vec<ToolCall>) {
        let Some(members) = Members::of(text).ok().flatten() else {
            return;
        };
        let told = call(&members, false);
        let line = &mut self.line;
        let item = self.items.entry(index).or_insert_with(|| Item {
            draft: Draft::of(&members),
            place: told.is_some().then(|| line.begin()),
            done: None,
        });
        item.done = Some(text.to_owned());
        if let Some((place, call)) = item.place.zip(told) {
            self.line.whole(place, call, calls);
        }
    }
}

impl Item {
    fn call(&self) -> Option<ToolCall> {
        let text = self.draft.to_json();
        call(&Members::of(&text).ok().flatten()?, false)
    }
}
