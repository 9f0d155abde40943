//! A response as it comes: its calls and messages, or why it cannot be read.

mod anthropic;
mod bedrock;
mod foreign;
mod gemini;
mod malformed;
mod mcp;
mod mistral;
mod not_json;
mod ollama;
mod openai_arguments;
mod openai_chat;
mod openai_responses;
mod provider_error;
mod recognise;
mod shape;
mod whole;

use tool_runtime::DecodeError;
use tool_runtime::dialect::Turn;

/// Id, name and arguments of each call.
fn calls(turn: &Turn) -> Vec<(&str, &str, &str)> {
    let calls = turn.calls().iter();
    calls
        .map(|call| (call.id(), call.name(), call.arguments()))
        .collect()
}

fn messages(turn: &Turn) -> Vec<String> {
    turn.messages().map(|message| message.to_string()).collect()
}

/// Checks that a body is refused in these words.
#[track_caller]
fn refused(result: Result<Turn, DecodeError>, expected: &str) {
    match result {
        Ok(turn) => panic!("read as {turn:?}"),
        Err(error) => assert_eq!(error.to_string(), expected),
    }
}
