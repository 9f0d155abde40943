//! What a provider would refuse of a history: a call without a result in its place, a result without its call.

use serde_json::Value;

use crate::dialect::Message;
use crate::text::shortened;

/// A result, as a scripted model reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Answered {
    /// The id of the call; empty if it has none.
    pub id: String,
    /// The tool that was called.
    pub name: String,
    /// The text that the model reads.
    pub text: String,
    /// Whether it is marked as an error. Only Anthropic, Bedrock and Gemini have a mark for that; with others the text tells.
    pub is_error: bool,
}

/// One message, as a provider reads it.
#[derive(Debug)]
pub(super) enum Heard {
    /// The model's, with the ids and names of its calls.
    Model(Vec<(String, String)>),
    /// The user's, or a tool's.
    User {
        results: Vec<Answered>,
        /// What else is in it.
        more: More,
    },
    /// What stands outside of turns: a system prompt, an item of reasoning.
    Other,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum More {
    Nothing,
    Before,
    Behind,
}

/// Where a provider wants results.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// In the user's message right after the turn, before all else.
    First,
    /// In the user's message right after the turn.
    Next,
    /// Anywhere behind their calls.
    Anywhere,
}

/// The calls of the last turn that has some, with their results in the order of the calls; or what is wrong.
pub(super) fn answers(
    history: &[Message],
    place: Place,
    hear: fn(&Value) -> Heard,
) -> Result<Vec<Answered>, String> {
    let mut turn = Turn::default();
    for message in history {
        let value = serde_json::from_str(message.as_str());
        let value: Value = value.map_err(|error| {
            let message = shortened(message.as_str(), 60);
            format!("a message cannot be read ({error}): {message}")
        })?;
        match hear(&value) {
            Heard::Model(calls) => turn.asks(calls, place)?,
            Heard::User { results, more } => turn.hears(results, more, place)?,
            Heard::Other => {}
        }
    }
    turn.close()?;
    Ok(turn
        .calls
        .into_iter()
        .filter_map(|call| call.result)
        .collect())
}

/// The calls of one turn, while their results are looked for.
#[derive(Debug, Default)]
struct Turn {
    calls: Vec<Open>,
    /// Whether the user has spoken since.
    is_over: bool,
}

#[derive(Debug)]
struct Open {
    id: String,
    name: String,
    result: Option<Answered>,
}

impl Turn {
    fn asks(&mut self, calls: Vec<(String, String)>, place: Place) -> Result<(), String> {
        let open = |(id, name)| Open {
            id,
            name,
            result: None,
        };
        let calls = calls.into_iter().map(open);
        if self.is_over {
            if place != Place::Anywhere {
                self.close()?;
            }
            self.calls.retain(|call| call.result.is_none());
            self.is_over = false;
        }
        self.calls.extend(calls);
        Ok(())
    }

    fn hears(&mut self, results: Vec<Answered>, more: More, place: Place) -> Result<(), String> {
        self.is_over = true;
        if place == Place::First && more == More::Before && !results.is_empty() {
            return Err(format!(
                "the result for {} stands behind something else in its message; results come first",
                call(&results[0].id, &results[0].name)
            ));
        }
        for result in results {
            self.answer(result)?;
        }
        match place {
            Place::Anywhere => Ok(()),
            _ if more == More::Nothing => Ok(()),
            _ => self.close(),
        }
    }

    fn answer(&mut self, mut result: Answered) -> Result<(), String> {
        let is_for = |open: &Open| match (&*open.id, &*result.id) {
            ("", _) | (_, "") => result.name.is_empty() || open.name == result.name,
            (id, other) => id == other,
        };
        let mut those = self.calls.iter_mut().filter(|open| is_for(open)).peekable();
        let Some(first) = those.peek() else {
            return Err(format!(
                "there is a result for {}, and no call before it is that",
                call(&result.id, &result.name)
            ));
        };
        let twice = format!(
            "there is a second result for {}",
            call(&first.id, &first.name)
        );
        let open = those.find(|open| open.result.is_none()).ok_or(twice)?;
        result.name.clone_from(&open.name);
        open.result = Some(result);
        Ok(())
    }

    /// No result comes any more.
    fn close(&self) -> Result<(), String> {
        let open = self.calls.iter().filter(|open| open.result.is_none());
        let open: Vec<String> = open.map(|open| call(&open.id, &open.name)).collect();
        match &open[..] {
            [] => Ok(()),
            [one] => Err(format!(
                "the call {one} has no result right behind the turn that made it"
            )),
            several => Err(format!(
                "the calls {} have no results right behind the turn that made them",
                several.join(", ")
            )),
        }
    }
}

/// A call in words.
pub(super) fn call(id: &str, name: &str) -> String {
    match (id, name) {
        ("", name) => format!("`{name}`"),
        (id, "") => format!("`{id}`"),
        (id, name) => format!("`{name}` (`{id}`)"),
    }
}

/// The text at `key`, or none.
pub(super) fn text(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_default().to_owned()
}

/// The elements of a list, if it is one.
pub(super) fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// What a message of blocks says, where `result` reads one as a result.
pub(super) fn user(blocks: &[Value], result: impl Fn(&Value) -> Option<Answered>) -> Heard {
    let mut results = Vec::new();
    let mut more = More::Nothing;
    for block in blocks {
        match result(block) {
            Some(result) => results.push(result),
            None if results.is_empty() => more = More::Before,
            None if more == More::Nothing => more = More::Behind,
            None => {}
        }
    }
    Heard::User { results, more }
}

/// The texts of blocks that have one, line by line; what else a block is as JSON.
pub(super) fn texts(blocks: &[Value]) -> String {
    let texts = blocks.iter().map(|block| match block["text"].as_str() {
        Some(text) => text.to_owned(),
        None => block.get("json").unwrap_or(block).to_string(),
    });
    texts.collect::<Vec<_>>().join("\n")
}
