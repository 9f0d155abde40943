//! What Ollama's own API answers, whole and streamed.
//!
//! After the SDK's types `ChatResponse`, `Message.ToolCall` and the server's `api.ToolCall` (`id`, `function.index`). Each call comes
//! whole, in an event of its own; one that the limit of tokens cut does not come at all.

use super::history::Place;
use super::openai_chat::hear;
use super::pieces::Pieces;
use super::provider::Provider;
use super::reply::{Call, Part, Spoken, quoted};

pub(super) const OLLAMA: Provider = Provider {
    name: "Ollama",
    id: |number| format!("call_{number}"),
    place: Place::Next,
    whole,
    events,
    calls,
    hear,
};

fn calls(spoken: &Spoken) -> Vec<&Call> {
    spoken.calls().filter(|call| !call.is_cut).collect()
}

fn entries(spoken: &Spoken) -> Vec<String> {
    calls(spoken).into_iter().enumerate().map(entry).collect()
}

fn entry((index, call): (usize, &Call)) -> String {
    let id = match call.id() {
        "" => String::new(),
        id => format!(r#""id":{},"#, quoted(id)),
    };
    format!(
        r#"{{{id}"function":{{"index":{index},"name":{},"arguments":{}}}}}"#,
        quoted(&call.name),
        call.arguments
    )
}

fn whole(spoken: &Spoken) -> String {
    let calls = entries(spoken);
    let mut message = format!(r#""content":{}"#, quoted(&spoken.text()));
    let thoughts = spoken.thoughts();
    if !thoughts.is_empty() {
        message += &format!(r#","thinking":{}"#, quoted(&thoughts));
    }
    if !calls.is_empty() {
        message += &format!(r#","tool_calls":[{}]"#, calls.join(","));
    }
    line(&message, &end(spoken))
}

fn line(message: &str, end: &str) -> String {
    format!(
        r#"{{"model":"scripted","created_at":"2026-01-01T00:00:00Z","message":{{"role":"assistant",{message}}},{end}}}"#
    )
}

fn end(spoken: &Spoken) -> String {
    let reason = spoken.reason("length", "stop", "stop", "stop");
    format!(
        r#""done":true,"done_reason":"{reason}","total_duration":1,"load_duration":1,"prompt_eval_count":1,"prompt_eval_duration":1,"eval_count":1,"eval_duration":1"#
    )
}

fn events(spoken: &Spoken, pieces: &mut Pieces) -> Vec<String> {
    let mut messages = Vec::new();
    for part in &spoken.parts {
        match part {
            Part::Thinking(text) => {
                let pieces = pieces.of(text).into_iter();
                messages.extend(
                    pieces.map(|piece| format!(r#""content":"","thinking":{}"#, quoted(piece))),
                );
            }
            Part::Text(text) | Part::Refusal(text) => {
                let pieces = pieces.of(text).into_iter();
                messages.extend(pieces.map(|piece| format!(r#""content":{}"#, quoted(piece))));
            }
            Part::Call(_) => {}
        }
    }
    let calls = entries(spoken).into_iter();
    messages.extend(calls.map(|call| format!(r#""content":"","tool_calls":[{call}]"#)));
    let messages = messages.iter();
    let mut lines: Vec<String> = messages
        .map(|message| line(message, r#""done":false"#))
        .collect();
    lines.push(line(r#""content":"""#, &end(spoken)));
    lines.into_iter().map(|line| line + "\n").collect()
}
