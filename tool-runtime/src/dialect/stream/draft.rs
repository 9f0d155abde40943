//! A JSON object that is being written: members that are set, and strings that grow.

use std::borrow::Cow;

use serde_json::Value;

use crate::dialect::response::Members;
use crate::json;

/// The members so far, in the order in which they came.
#[derive(Clone, Debug, Default)]
pub(in crate::dialect) struct Draft(Vec<(String, Part)>);

#[derive(Clone, Debug)]
enum Part {
    /// JSON, as it came.
    Json(String),
    /// A string, of which more may come.
    Text(String),
    /// An array, to which more may come: the texts of its elements.
    List(Vec<String>),
}

impl Draft {
    /// The members of an object that came as a whole.
    pub(in crate::dialect) fn of(members: &Members<'_>) -> Self {
        let mut draft = Self::default();
        for (key, value) in members.iter() {
            draft.set(key, value);
        }
        draft
    }

    /// Sets a member, whatever it was.
    pub(in crate::dialect) fn set(&mut self, key: &str, json: &str) {
        self.put(key, Part::Json(json.to_owned()));
    }

    /// Sets the members of another.
    pub(in crate::dialect) fn take(&mut self, other: Self) {
        for (key, part) in other.0 {
            self.put(&key, part);
        }
    }

    /// Lets the string that is a member grow; what it was if it was none is gone.
    pub(in crate::dialect) fn append(&mut self, key: &str, text: &str) {
        let so_far = match self.find(key) {
            Some(Part::Text(so_far)) => return so_far.push_str(text),
            Some(Part::Json(json)) => json::string(json),
            Some(Part::List(_)) | None => None,
        };
        self.put(key, Part::Text(so_far.unwrap_or_default() + text));
    }

    /// Adds an element to the array that is a member.
    pub(in crate::dialect) fn push(&mut self, key: &str, json: &str) {
        if let Some(Part::List(elements)) = self.find(key) {
            return elements.push(json.to_owned());
        }
        let mut elements = match self.find(key) {
            Some(Part::Json(list)) => crate::dialect::response::elements(list),
            _ => None,
        }
        .map(|elements| elements.into_iter().map(str::to_owned).collect::<Vec<_>>())
        .unwrap_or_default();
        elements.push(json.to_owned());
        self.put(key, Part::List(elements));
    }

    /// What a piece of a message says beside what its reader knows: strings grow, arrays grow, all else is set.
    pub(in crate::dialect) fn merge(&mut self, key: &str, json: &str) {
        if json == "null" {
            if self.find(key).is_none() {
                self.set(key, json);
            }
        } else if let Some(text) = json::string(json) {
            self.append(key, &text);
        } else if let Some(elements) = crate::dialect::response::elements(json) {
            for element in elements {
                self.push(key, element);
            }
        } else {
            self.set(key, json);
        }
    }

    pub(in crate::dialect) fn has(&self, key: &str) -> bool {
        self.0.iter().any(|(known, _)| known == key)
    }

    /// Whether a member is an object with members.
    pub(in crate::dialect) fn has_members(&self, key: &str) -> bool {
        let mut members = self.0.iter();
        members.any(|(known, part)| {
            known == key && matches!(part, Part::Json(json) if json.starts_with('{') && json[1..].trim() != "}")
        })
    }

    /// The string that is a member.
    pub(in crate::dialect) fn string(&self, key: &str) -> Option<String> {
        self.text(key).map(Cow::into_owned)
    }

    /// The same, of a string that grows as it stands here.
    pub(in crate::dialect) fn text(&self, key: &str) -> Option<Cow<'_, str>> {
        let (_, part) = self.0.iter().find(|(known, _)| known == key)?;
        match part {
            Part::Text(text) => Some(Cow::Borrowed(text)),
            Part::Json(json) => json::string(json).map(Cow::Owned),
            Part::List(_) => None,
        }
    }

    /// The JSON text of a member.
    pub(in crate::dialect) fn json(&self, key: &str) -> Option<String> {
        let mut members = self.0.iter();
        let (_, part) = members.find(|(known, _)| known == key)?;
        Some(part.to_json())
    }

    /// As JSON text.
    pub(in crate::dialect) fn to_json(&self) -> String {
        let members = self
            .0
            .iter()
            .map(|(key, part)| format!("{}:{}", Value::from(key.as_str()), part.to_json()));
        format!("{{{}}}", members.collect::<Vec<_>>().join(","))
    }

    fn find(&mut self, key: &str) -> Option<&mut Part> {
        let mut members = self.0.iter_mut();
        members
            .find(|(known, _)| known == key)
            .map(|(_, part)| part)
    }

    fn put(&mut self, key: &str, part: Part) {
        match self.find(key) {
            Some(there) => *there = part,
            None => self.0.push((key.to_owned(), part)),
        }
    }
}

impl Part {
    fn to_json(&self) -> String {
        match self {
            Self::Json(json) => json.clone(),
            Self::Text(text) => Value::from(text.as_str()).to_string(),
            Self::List(elements) => format!("[{}]", elements.join(",")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Draft;

    #[test]
    fn members_keep_their_order_and_grow() {
        let mut draft = Draft::default();
        draft.set("role", "\"assistant\"");
        draft.merge("content", "null");
        draft.merge("number", "12345678901234567890.50");
        draft.merge("content", "\"a\\n\"");
        draft.merge("content", "\"b\"");
        draft.merge("content", "null");
        draft.merge("list", "[1]");
        draft.merge("list", "[{\"a\":2}]");
        draft.set("text", "\"x\"");
        draft.append("text", "y");
        assert_eq!(
            draft.to_json(),
            r#"{"role":"assistant","content":"a\nb","number":12345678901234567890.50,"list":[1,{"a":2}],"text":"xy"}"#
        );
        assert_eq!(draft.string("text").unwrap(), "xy");
    }
}
