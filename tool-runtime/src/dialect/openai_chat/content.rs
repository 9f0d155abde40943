//! The content of a message that comes in pieces: text, or a list of chunks as Mistral has it for thoughts and references.
//!
//! The facts are those of the SDK's types `DeltaMessage`, `ThinkChunk` and `TextChunk`.

use std::borrow::Cow;

use serde_json::Value;

use crate::dialect::response::{Members, elements};
use crate::dialect::stream::{Draft, Told};
use crate::json;

#[derive(Debug, Default)]
pub(super) struct Content {
    chunks: Vec<Chunk>,
    is_list: bool,
    has_come: bool,
    told: Told,
}

#[derive(Clone, Debug)]
enum Chunk {
    Text(String),
    /// The text of a thought, and what is said of it beside that.
    Thought(String, Draft),
    /// As it came.
    Other(String),
}

impl Content {
    /// Takes a piece: a text, or a list of chunks.
    pub(super) fn grow(&mut self, piece: &str) {
        if let Some(text) = json::string(piece) {
            self.has_come = true;
            self.text(&text);
        } else if let Some(chunks) = elements(piece) {
            self.has_come = true;
            self.is_list = true;
            for chunk in chunks {
                self.chunk(chunk);
            }
        }
    }

    /// A text goes on where the last chunk is one.
    fn text(&mut self, text: &str) {
        if let Some(Chunk::Text(so_far)) = self.chunks.last_mut() {
            so_far.push_str(text);
        } else if !text.is_empty() {
            self.chunks.push(Chunk::Text(text.to_owned()));
        }
    }

    fn chunk(&mut self, chunk: &str) {
        let members = Members::of(chunk).ok().flatten();
        match members.as_ref().and_then(read) {
            Some(Chunk::Text(text)) => self.text(&text),
            Some(Chunk::Thought(more, said)) => match self.chunks.last_mut() {
                // What is signed has ended.
                Some(Chunk::Thought(text, known)) if !known.has("signature") => {
                    text.push_str(&more);
                    known.take(said);
                }
                _ => self.chunks.push(Chunk::Thought(more, said)),
            },
            _ => self.chunks.push(Chunk::Other(chunk.to_owned())),
        }
    }

    /// What was not handed out of the texts, of which only the last may grow.
    pub(super) fn rest(&mut self) -> String {
        let last = self.chunks.len().saturating_sub(1);
        let chunks = self.chunks.iter().enumerate();
        self.told.rest(chunks, |(place, chunk)| match chunk {
            Chunk::Text(text) => Some((Cow::Borrowed(text.as_str()), place < last)),
            Chunk::Thought(..) | Chunk::Other(_) => None,
        })
    }

    pub(super) fn to_json(&self) -> String {
        match (self.is_list, self.has_come, self.chunks.as_slice()) {
            (true, _, chunks) => {
                let chunks: Vec<String> = chunks.iter().map(Chunk::to_json).collect();
                format!("[{}]", chunks.join(","))
            }
            (false, _, [Chunk::Text(text)]) => Value::from(text.as_str()).to_string(),
            (false, true, _) => "\"\"".to_owned(),
            (false, false, _) => "null".to_owned(),
        }
    }
}

/// A chunk with text alone, or a thought of texts alone; all others stay as they are.
fn read(chunk: &Members<'_>) -> Option<Chunk> {
    match chunk.string("type")?.as_str() {
        "text" => Some(Chunk::Text(chunk.string("text")?)),
        "thinking" => {
            let mut text = String::new();
            for part in chunk.elements("thinking") {
                text += &Members::of(part).ok().flatten()?.string("text")?;
            }
            let mut said = Draft::default();
            for (key, value) in chunk.iter() {
                if !matches!(key, "type" | "thinking") && value != "null" {
                    said.set(key, value);
                }
            }
            Some(Chunk::Thought(text, said))
        }
        _ => None,
    }
}

impl Chunk {
    fn to_json(&self) -> String {
        match self {
            Self::Text(text) => format!(
                "{{\"type\":\"text\",\"text\":{}}}",
                Value::from(text.as_str())
            ),
            Self::Thought(text, said) => {
                let mut draft = Draft::default();
                draft.set("type", "\"thinking\"");
                let text = Value::from(text.as_str());
                draft.set(
                    "thinking",
                    &format!("[{{\"type\":\"text\",\"text\":{text}}}]"),
                );
                draft.take(said.clone());
                draft.to_json()
            }
            Self::Other(chunk) => chunk.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Content;

    #[track_caller]
    fn check(pieces: &[&str], expected: &str) {
        let mut content = Content::default();
        for piece in pieces {
            content.grow(piece);
        }
        assert_eq!(content.to_json(), expected);
    }

    #[test]
    fn texts_and_thoughts_go_on_and_all_else_stays_as_it_came() {
        check(&[], "null");
        check(&["null"], "null");
        check(&["\"\"", "null"], "\"\"");
        check(&["\"a\"", "\"\\n\"", "null"], "\"a\\n\"");
        let thought = |text: &str| {
            format!(r#"[{{"type":"thinking","thinking":[{{"type":"text","text":"{text}"}}]}}]"#)
        };
        check(
            &[
                "\"\"",
                &thought("a"),
                &thought("b"),
                r#"[{"type":"thinking","thinking":[],"signature":"s"}]"#,
                &thought("c"),
                "\"d\"",
                "\"e\"",
                r#"[{"type":"reference","reference_ids":[1]},{"type":"text","text":"f"}]"#,
            ],
            concat!(
                r#"[{"type":"thinking","thinking":[{"type":"text","text":"ab"}],"signature":"s"},"#,
                r#"{"type":"thinking","thinking":[{"type":"text","text":"c"}]},{"type":"text","text":"de"},"#,
                r#"{"type":"reference","reference_ids":[1]},{"type":"text","text":"f"}]"#
            ),
        );
    }
}
