//! What is a provider's own in what a scripted model says and hears.

use serde_json::Value;

use super::history::{Heard, Place};
use super::pieces::Pieces;
use super::reply::{Call, Spoken};
use super::{anthropic, bedrock, gemini, mistral, ollama, openai_chat, openai_responses};

/// A provider, and how its model speaks.
#[derive(Debug)]
pub(super) struct Provider {
    /// As its dialect is called.
    pub(super) name: &'static str,
    /// The id of the call with this number, from 1.
    pub(super) id: fn(usize) -> String,
    /// Where it wants results.
    pub(super) place: Place,
    /// A whole response.
    pub(super) whole: fn(&Spoken) -> String,
    /// A streamed one, each event with its end.
    pub(super) events: fn(&Spoken, &mut Pieces) -> Vec<String>,
    /// The calls that a response has.
    pub(super) calls: for<'a> fn(&'a Spoken) -> Vec<&'a Call>,
    /// What a message of a history says.
    pub(super) hear: fn(&Value) -> Heard,
}

const PROVIDERS: [&Provider; 7] = [
    &anthropic::ANTHROPIC,
    &bedrock::BEDROCK,
    &gemini::GEMINI,
    &mistral::MISTRAL,
    &ollama::OLLAMA,
    &openai_chat::OPENAI_CHAT,
    &openai_responses::OPENAI_RESPONSES,
];

impl Provider {
    /// That of a dialect.
    pub(super) fn named(name: &str) -> Option<&'static Self> {
        PROVIDERS.into_iter().find(|provider| provider.name == name)
    }
}
