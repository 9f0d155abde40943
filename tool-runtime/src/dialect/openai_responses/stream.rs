//! A streamed response of OpenAI Responses.
//!
//! The facts are those of the SDK's types `ResponseStreamEvent` and of its `ResponseStreamState`: items go by `output_index`, which
//! may have gaps, and the finished item is preferred to its pieces.

use std::borrow::Cow;

use super::response::call;
use crate::dialect::Message;
use crate::dialect::response::{Members, Misfit, is_complete};
use crate::dialect::said;
use crate::dialect::stream::{Assemble, Draft, Fault, Line, Told, event, lost, taken, unexpected};
use crate::{DecodeError, ToolCall};

pub(super) const EXPECTED: &str = "a stream of OpenAI Responses (events with a `type`)";

#[derive(Debug, Default)]
pub(super) struct Items {
    /// In the order in which they began.
    items: Vec<Item>,
    line: Line,
    told: Told,
    has_begun: bool,
    is_over: bool,
}

#[derive(Debug)]
struct Item {
    index: usize,
    /// The id of the call, or of the item.
    id: Option<String>,
    draft: Draft,
    /// Its place among the calls, if it is one.
    place: Option<usize>,
    /// What was said in pieces: a text, or a refusal.
    said: String,
    /// The item as it ended.
    done: Option<String>,
}

impl Assemble for Items {
    fn event(&mut self, data: &str, calls: &mut Vec<ToolCall>) -> Result<(), Fault> {
        let event = event(data, EXPECTED)?;
        let index = event
            .index_if_given("output_index")
            .map_err(lost(EXPECTED))?;
        let index = index.unwrap_or_default();
        let name = event.string("type").unwrap_or_default();
        match name.as_str() {
            "response.output_item.added" => {
                self.has_begun = true;
                return self.add(index, &event, calls);
            }
            "response.function_call_arguments.delta" => self.grow(index, "arguments", &event),
            "response.custom_tool_call_input.delta" => self.grow(index, "input", &event),
            "response.output_text.delta" | "response.refusal.delta" => self.say(index, &event),
            "response.function_call_arguments.done" => {
                self.whole(index, "arguments", &event, calls)?;
            }
            "response.custom_tool_call_input.done" => self.whole(index, "input", &event, calls)?,
            "response.output_item.done" => return self.done(index, &event, calls),
            "response.completed" => self.finish(false, &event, calls).map_err(lost(EXPECTED))?,
            "response.incomplete" => self.finish(true, &event, calls).map_err(lost(EXPECTED))?,
            "response.failed" | "error" => return Err(failure(&event).into()),
            other if other.starts_with("response.") => {}
            // What is new, such as `keepalive`.
            other if self.has_begun && !other.is_empty() => {}
            _ => return Err(unexpected(&event, EXPECTED).into()),
        }
        self.has_begun = true;
        Ok(())
    }

    /// The events that end a call have all of its arguments again.
    fn lose(&mut self) {}

    fn has_begun(&self) -> bool {
        self.has_begun
    }

    fn is_over(&self) -> bool {
        self.is_over
    }

    fn end(&mut self, calls: &mut Vec<ToolCall>) {
        for item in &self.items {
            if let Some((place, call)) = item.place.zip(item.call()) {
                self.line.whole(place, call.cut_off(), calls);
            }
        }
    }

    fn rest(&mut self, is_end: bool) -> String {
        self.told.rest(&self.items, |item| {
            let is_message = item.kind().as_deref() == Some("message");
            is_message.then(|| (item.text(), is_end || item.done.is_some()))
        })
    }

    /// The items that ended, and the calls that did not, which have results too.
    fn messages(&self) -> Vec<Message> {
        let mut items: Vec<&Item> = self.items.iter().filter(|item| item.is_kept()).collect();
        items.sort_by_key(|item| item.index);
        // A thought that nothing follows is refused.
        while let Some(last) = items.last()
            && !self.is_over
            && last.kind().as_deref() == Some("reasoning")
        {
            items.pop();
        }
        items.into_iter().map(Item::to_message).collect()
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
    /// An item begins, and those before it are all there. One with the same index that has not ended stays what it is.
    fn add(
        &mut self,
        index: usize,
        event: &Members<'_>,
        calls: &mut Vec<ToolCall>,
    ) -> Result<(), Fault> {
        // Of an index that is left out some events have none.
        let Some(item) = event.part("item").map_err(lost(EXPECTED))? else {
            return Ok(());
        };
        // Of what has no type nobody can say that it is no call.
        item.word("type").map_err(lost(EXPECTED))?;
        let is_told_again = self
            .at(index)
            .is_some_and(|there| there.id == id(&item) && there.id.is_some());
        if is_told_again {
            return Ok(());
        }
        self.settle(calls);
        let is_free = self.cut(index, calls);
        self.begin(index, &item);
        is_free
    }

    fn begin(&mut self, index: usize, item: &Members<'_>) {
        self.items.push(Item {
            index,
            id: id(item),
            draft: Draft::of(item),
            place: call(item, false).map(|_| self.line.begin()),
            said: String::new(),
            done: None,
        });
    }

    fn grow(&mut self, index: usize, key: &str, event: &Members<'_>) {
        if let (Some(item), Some(piece)) = (self.at(index), event.string("delta")) {
            item.draft.append(key, &piece);
        }
    }

    fn say(&mut self, index: usize, event: &Members<'_>) {
        if let (Some(item), Some(piece)) = (self.at(index), event.string("delta")) {
            item.said += &piece;
        }
    }

    /// The arguments are whole, a moment before the item is. If that cannot be seen of them, the item will tell.
    fn whole(
        &mut self,
        index: usize,
        key: &str,
        event: &Members<'_>,
        calls: &mut Vec<ToolCall>,
    ) -> Result<(), Fault> {
        let Some(item) = self.at(index) else {
            return Ok(());
        };
        event.word_if_given(key).map_err(lost(EXPECTED))?;
        if let Some(text) = event.given(key) {
            item.draft.set(key, text);
        }
        if let Some((place, call)) = item.place.zip(item.call())
            && is_whole(&call)
        {
            self.line.whole(place, call, calls);
        }
        Ok(())
    }

    fn done(
        &mut self,
        index: usize,
        event: &Members<'_>,
        calls: &mut Vec<ToolCall>,
    ) -> Result<(), Fault> {
        let is_free = self.add(index, event, calls);
        if let Some(text) = event.get("item")
            && let Some(item) = self.at(index)
        {
            item.done = Some(text.to_owned());
            let is_certain = item.has_ended();
            if let Some((place, call)) = item.place.zip(item.call())
                && (is_certain || is_whole(&call) || call.is_cut_off())
            {
                self.line.whole(place, call, calls);
            }
        }
        is_free
    }

    /// A call that has not ended can end no more once its index is another's.
    fn cut(&mut self, index: usize, calls: &mut Vec<ToolCall>) -> Result<(), Fault> {
        let Some(there) = self.at(index).filter(|item| item.done.is_none()) else {
            return Ok(());
        };
        if let Some((place, call)) = there.place.zip(there.call()) {
            self.line.whole(place, call.cut_off(), calls);
        }
        Err(taken(index, EXPECTED))
    }

    /// The calls whose items have ended are whole: something has come behind them.
    fn settle(&mut self, calls: &mut Vec<ToolCall>) {
        for item in self.items.iter().filter(|item| item.done.is_some()) {
            if let Some((place, call)) = item.place.zip(item.call()) {
                self.line.whole(place, call, calls);
            }
        }
    }

    /// The end, with all items, also those of which no event told. Indices may have gaps, so they go by their ids.
    fn finish(
        &mut self,
        is_cut: bool,
        event: &Members<'_>,
        calls: &mut Vec<ToolCall>,
    ) -> Result<(), Misfit> {
        self.is_over = true;
        let response = event.part("response")?;
        let items = response.map(|response| response.parts("output"));
        let items = items.transpose()?.unwrap_or_default();
        for item in &items {
            item.word("type")?;
        }
        let last = items.len();
        for (position, item) in items.into_iter().enumerate() {
            let at = self.find(position, &item).unwrap_or_else(|| {
                self.begin(position, &item);
                self.items.len() - 1
            });
            self.items[at].done = Some(item.text().to_owned());
            if let Some((place, call)) = self.items[at]
                .place
                .zip(call(&item, is_cut && position + 1 == last))
            {
                self.line.whole(place, call, calls);
            }
        }
        if !is_cut {
            self.settle(calls);
        }
        Ok(())
    }

    /// The item that one of the finished response is: by its id, or by its place if it has another there.
    fn find(&self, position: usize, item: &Members<'_>) -> Option<usize> {
        let (id, kind) = (id(item), item.string("type"));
        let same = |there: &Item| id.is_some() && there.id == id;
        self.items.iter().position(same).or_else(|| {
            let there = self.items.get(position)?;
            (there.done.is_none() && there.kind() == kind).then_some(position)
        })
    }

    /// The last item with this index.
    fn at(&mut self, index: usize) -> Option<&mut Item> {
        self.items.iter_mut().rfind(|item| item.index == index)
    }
}

/// What an item is told by.
fn id(item: &Members<'_>) -> Option<String> {
    item.string("call_id").or_else(|| item.string("id"))
}

/// Whether it can be seen that nothing is missing.
fn is_whole(call: &ToolCall) -> bool {
    !call.is_text() && is_complete(call.arguments())
}

impl Item {
    fn kind(&self) -> Option<String> {
        self.draft.string("type")
    }

    /// The call, of the item as it ended, or as it is so far.
    fn call(&self) -> Option<ToolCall> {
        let draft = || self.draft.to_json();
        let text = self.done.clone().unwrap_or_else(draft);
        call(&Members::of(&text).ok().flatten()?, false)
    }

    /// Whether it says of itself that it has come to its end.
    fn has_ended(&self) -> bool {
        let done = self.done.as_deref().unwrap_or_default();
        let members = Members::of(done).ok().flatten();
        members.is_some_and(|item| item.string("status").as_deref() == Some("completed"))
    }

    /// What it says: as it ended, or as far as it has come.
    fn text(&self) -> Cow<'_, str> {
        match &self.done {
            Some(done) => Cow::Owned(said::text(done)),
            None => Cow::Borrowed(&self.said),
        }
    }

    fn is_kept(&self) -> bool {
        self.done.is_some() || self.place.is_some()
    }

    fn to_message(&self) -> Message {
        let draft = || self.draft.to_json();
        Message::new(self.done.clone().unwrap_or_else(draft))
    }
}
