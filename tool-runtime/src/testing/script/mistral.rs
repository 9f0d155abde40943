//! What Mistral answers, whole and streamed.
//!
//! After the SDK's types `ChatCompletionResponse`, `CompletionChunk`, `ToolCall`, `ThinkChunk`. All calls of a turn come in one event.

use super::history::Place;
use super::openai_chat::{USAGE, behind, hear, reason};
use super::pieces::Pieces;
use super::provider::Provider;
use super::reply::{Call, Part, Spoken, quoted};

pub(super) const MISTRAL: Provider = Provider {
    name: "Mistral",
    // Nine letters and digits, which the API asks for.
    id: |number| format!("call{number:05}"),
    place: Place::Next,
    whole,
    events,
    calls: |spoken| spoken.calls().collect(),
    hear,
};

fn whole(spoken: &Spoken) -> String {
    let calls = behind(spoken.calls().enumerate().map(entry).collect());
    format!(
        r#"{{"id":"{}","object":"chat.completion","created":1,"model":"scripted","choices":[{{"index":0,"message":{{"role":"assistant","content":{}{calls}}},"finish_reason":"{}"}}],{USAGE}}}"#,
        spoken.turn,
        content(spoken),
        reason(spoken)
    )
}

/// A text, or chunks if there are thoughts.
fn content(spoken: &Spoken) -> String {
    if spoken.thoughts().is_empty() {
        return quoted(&spoken.text());
    }
    let chunks = spoken.parts.iter().filter_map(|part| match part {
        Part::Thinking(text) => Some(thinking(text)),
        Part::Text(text) | Part::Refusal(text) => {
            Some(format!(r#"{{"type":"text","text":{}}}"#, quoted(text)))
        }
        Part::Call(_) => None,
    });
    format!("[{}]", chunks.collect::<Vec<_>>().join(","))
}

fn thinking(text: &str) -> String {
    format!(
        r#"{{"type":"thinking","thinking":[{{"type":"text","text":{}}}]}}"#,
        quoted(text)
    )
}

fn entry((index, call): (usize, &Call)) -> String {
    let id = match call.id() {
        "" => String::new(),
        id => format!(r#""id":{},"#, quoted(id)),
    };
    format!(
        r#"{{{id}"type":"function","index":{index},"function":{{"name":{},"arguments":{}}}}}"#,
        quoted(&call.name),
        quoted(&call.arguments)
    )
}

fn events(spoken: &Spoken, pieces: &mut Pieces) -> Vec<String> {
    let mut deltas = vec![r#""role":"assistant","content":"""#.to_owned()];
    for part in &spoken.parts {
        match part {
            Part::Thinking(text) => {
                let pieces = pieces.of(text).into_iter();
                deltas.extend(pieces.map(|piece| format!(r#""content":[{}]"#, thinking(piece))));
            }
            Part::Text(text) | Part::Refusal(text) => {
                let pieces = pieces.of(text).into_iter();
                deltas.extend(pieces.map(|piece| format!(r#""content":{}"#, quoted(piece))));
            }
            Part::Call(_) => {}
        }
    }
    let calls: Vec<String> = spoken.calls().enumerate().map(entry).collect();
    let last = match calls.is_empty() {
        true => r#""content":"""#.to_owned(),
        false => format!(r#""content":"","tool_calls":[{}]"#, calls.join(",")),
    };
    let chunk = |delta: &str, rest: &str| {
        format!(
            "data: {{\"id\":\"{}\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"scripted\",\"choices\":[{{\"index\":0,\"delta\":{{{delta}}},\"finish_reason\":{rest}}}\n\n",
            spoken.turn
        )
    };
    let mut events: Vec<String> = deltas.iter().map(|delta| chunk(delta, "null}]")).collect();
    events.push(chunk(&last, &format!(r#""{}"}}],{USAGE}"#, reason(spoken))));
    events.push("data: [DONE]\n\n".to_owned());
    events
}
