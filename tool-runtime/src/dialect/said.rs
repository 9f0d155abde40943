//! What a model's message says in words, in any provider's form.

use super::response::{Members, elements};
use crate::json;

/// The text of a message: its content, or the texts among the parts of that, and OpenAI's refusal.
pub(super) fn text(message: &str) -> String {
    let Some(message) = Members::of(message).ok().flatten() else {
        return String::new();
    };
    // The items of OpenAI Responses have a type; a thought has content, too.
    if message.string("type").is_some_and(|kind| kind != "message") {
        return String::new();
    }
    let content = message.get("content").or_else(|| message.get("parts"));
    let mut text = content.map(of_content).unwrap_or_default();
    text += &message.string("refusal").unwrap_or_default();
    text
}

fn of_content(content: &str) -> String {
    json::string(content).unwrap_or_else(|| {
        let parts = elements(content).unwrap_or_default().into_iter();
        parts.filter_map(of_part).collect()
    })
}

/// The text that a part of a message is; none if it is a thought, a call or anything else.
pub(super) fn of_part(part: &str) -> Option<String> {
    let part = Members::of(part).ok().flatten()?;
    match part.string("type").as_deref() {
        Some("text" | "output_text") => part.string("text"),
        Some("refusal") => part.string("refusal"),
        Some(_) => None,
        // Bedrock's, and Gemini's.
        None if part.get("thought") == Some("true") => None,
        None => match part.object("citationsContent") {
            Some(cited) => cited.get("content").map(of_content),
            None => part.string("text"),
        },
    }
}
