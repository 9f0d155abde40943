//! One call of a streamed response in the format, piece by piece.

use super::hosts::{Differences, Envelope};
use crate::dialect::response::{Members, Misfit};
use crate::dialect::stream::{Balance, Draft};
use crate::json;

/// One call so far.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) index: Option<usize>,
    pub(super) draft: Draft,
    /// What stands under `function`, or under `custom`.
    pub(super) called: Draft,
    is_custom: bool,
    pub(super) balance: Balance,
    pub(super) place: usize,
}

/// Whether that is an id, and not what stands for none.
pub(super) fn is_id(host: &Differences, id: &str) -> bool {
    !id.is_empty() && host.no_id != Some(id)
}

impl Entry {
    pub(super) fn new(index: Option<usize>, place: usize) -> Self {
        Self {
            index,
            draft: Draft::default(),
            called: Draft::default(),
            is_custom: false,
            balance: Balance::default(),
            place,
        }
    }

    /// Takes a piece. Ids and names are set and not appended, since some hosts repeat them.
    ///
    /// # Errors
    ///
    /// If a part of it is not what it should be: the call is none that can be run.
    pub(super) fn take(&mut self, host: &Differences, piece: &Members<'_>) -> Result<(), Misfit> {
        let mut read = Ok(());
        for (key, value) in piece.iter().filter(|(_, value)| *value != "null") {
            match key {
                "function" | "custom" => {
                    self.is_custom = key == "custom";
                    if let Some(called) = piece.part(key)? {
                        read = self.grow(&called);
                    }
                }
                "id" if self.draft.has("id")
                    && !is_id(host, &json::string(value).unwrap_or_default()) => {}
                "index" => {}
                other => self.draft.set(other, value),
            }
        }
        read
    }

    pub(super) fn has_arguments(&self) -> bool {
        let arguments = self.called.json("arguments");
        arguments.is_some_and(|arguments| arguments != "\"\"")
    }

    /// A piece of what is called: its arguments grow, or come as an object. What comes behind a whole object is none of it, as where a
    /// host tells all of it once more.
    fn grow(&mut self, piece: &Members<'_>) -> Result<(), Misfit> {
        for (key, value) in piece.iter().filter(|(_, value)| *value != "null") {
            match (key, json::string(value)) {
                ("arguments", _) if self.balance.is_whole() => {}
                ("name", Some(name)) if name.is_empty() && self.called.has("name") => {}
                ("arguments", Some(text)) => {
                    self.balance.push(&text);
                    self.called.append(key, &text);
                }
                // An object is all of them.
                ("arguments", None) if !value.starts_with('{') || self.has_arguments() => {
                    piece.word(key)?;
                }
                ("arguments", None) => {
                    self.balance.push(value);
                    self.called.set(key, value);
                }
                ("input", Some(text)) => self.called.append(key, &text),
                (other, _) => self.called.set(other, value),
            }
        }
        piece.word_if_given("name").map(drop)
    }

    /// As it goes into the history, where arguments must not be missing.
    pub(super) fn to_message(&self, host: &Differences) -> String {
        if self.is_custom || self.called.has("arguments") {
            return self.to_json(host);
        }
        let mut entry = self.clone();
        entry.called.set(
            "arguments",
            match host.envelope {
                Envelope::Choices => "\"{}\"",
                Envelope::Message => "{}",
            },
        );
        entry.to_json(host)
    }

    pub(super) fn to_json(&self, host: &Differences) -> String {
        let mut draft = self.draft.clone();
        let key = if self.is_custom { "custom" } else { "function" };
        // OpenAI wants it back, and some hosts do not say it in a stream.
        if host.envelope == Envelope::Choices && !draft.has("type") {
            draft.set("type", &format!("\"{key}\""));
        }
        draft.set(key, &self.called.to_json());
        draft.to_json()
    }
}
