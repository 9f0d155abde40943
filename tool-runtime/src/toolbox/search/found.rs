//! What a conversation has found.

use std::sync::Arc;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The tools that a conversation has found, in the order in which it did.
///
/// It is a value, to be stored with the conversation's history and handed over when that goes on
/// ([`Searchable::conversation`](super::Searchable::conversation)). What it names and the toolbox does not have, or no longer shows, is
/// not there; nothing else comes of it.
///
/// ```
/// use tool_runtime::search::Found;
///
/// let stored = r#"{"format":1,"found":["refund_payment","get_invoice"]}"#;
/// let found: Found = serde_json::from_str(stored)?;
/// assert!(found.names().eq(["refund_payment", "get_invoice"]));
/// assert_eq!(serde_json::to_string(&found)?, stored);
///
/// let error = serde_json::from_str::<Found>(r#"{"format": 7}"#).unwrap_err();
/// assert!(error.to_string().starts_with("what was found has format 7, and only format 1 is known"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found(Vec<Arc<str>>);

/// A conversation keeps so many; of more it forgets those that were found first.
const MAX_FOUND: usize = 64;

impl Found {
    /// Their names, in the order in which they were found.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|name| &**name)
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.names().any(|found| found == name)
    }

    /// Adds what was found now behind what was found before.
    pub(super) fn add(&mut self, names: impl IntoIterator<Item = Arc<str>>) {
        for name in names {
            if !self.has(&name) {
                self.0.push(name);
            }
        }
        let too_many = self.0.len().saturating_sub(MAX_FOUND);
        self.0.drain(..too_many);
    }
}

const FORMAT: u64 = 1;

#[derive(Serialize)]
struct Written<'a> {
    format: u64,
    found: Vec<&'a str>,
}

/// A format that is not known may have nothing else of this one.
#[derive(Deserialize)]
struct Read {
    format: u64,
    #[serde(default)]
    found: Option<Vec<String>>,
}

impl Serialize for Found {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let written = Written {
            format: FORMAT,
            found: self.names().collect(),
        };
        written.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Found {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let read = Read::deserialize(deserializer)?;
        if read.format != FORMAT {
            return Err(D::Error::custom(format!(
                "what was found has format {}, and only format {FORMAT} is known",
                read.format
            )));
        }
        let names = read.found.ok_or_else(|| D::Error::missing_field("found"))?;
        let mut found = Self::default();
        found.add(names.into_iter().map(Arc::from));
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_found_first_is_forgotten_first() {
        let mut found = Found::default();
        found.add((0..MAX_FOUND + 2).map(|number| number.to_string().into()));
        found.add(["3".into()]);
        assert_eq!(found.names().count(), MAX_FOUND);
        assert_eq!(found.names().next(), Some("2"));
    }
}
