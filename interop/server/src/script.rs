//! What the models say.

/// One answer of a provider.
#[derive(Clone, Copy, Debug)]
pub enum Answer {
    /// JSON, in one piece.
    Whole(&'static str),
    /// An event stream. A comment `: pause` in it is a pause.
    Streamed(&'static str),
}

/// OpenAI Chat Completions: three calls, then an answer.
pub const OPENAI_CHAT: [Answer; 2] = [
    Answer::Whole(include_str!("../fixtures/openai_chat_calls.json")),
    Answer::Whole(include_str!("../fixtures/openai_chat_end.json")),
];

/// The same as event streams.
pub const OPENAI_CHAT_STREAMED: [Answer; 2] = [
    Answer::Streamed(include_str!("../fixtures/openai_chat_calls.sse")),
    Answer::Streamed(include_str!("../fixtures/openai_chat_end.sse")),
];

/// Anthropic Messages: three calls, then an answer.
pub const ANTHROPIC: [Answer; 2] = [
    Answer::Whole(include_str!("../../../examples/fixtures/one_fails.json")),
    Answer::Whole(include_str!("../fixtures/anthropic_end.json")),
];

/// The same as event streams.
pub const ANTHROPIC_STREAMED: [Answer; 2] = [
    Answer::Streamed(include_str!("../fixtures/anthropic_calls.sse")),
    Answer::Streamed(include_str!("../fixtures/anthropic_end.sse")),
];
