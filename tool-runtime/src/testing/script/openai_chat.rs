//! What OpenAI Chat Completions answers, whole and streamed; what a history in its format says.
//!
//! After the SDK's types `ChatCompletion`, `ChatCompletionChunk`, `ChoiceDeltaToolCall`.

use serde_json::Value;

use super::history::{Answered, Heard, More, Place, list, text, texts};
use super::pieces::Pieces;
use super::provider::Provider;
use super::reply::{Call, Spoken, quoted};

pub(super) const OPENAI_CHAT: Provider = Provider {
    name: "OpenAI Chat Completions",
    id: |number| format!("call_{number}"),
    place: Place::Next,
    whole,
    events,
    calls: |spoken| spoken.calls().collect(),
    hear,
};

/// Here and at Mistral, as what follows.
pub(super) const USAGE: &str =
    r#""usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}"#;

pub(super) fn reason(spoken: &Spoken) -> &'static str {
    spoken.reason("length", "stop", "tool_calls", "stop")
}

/// Calls as they stand behind the content of a message, if there are any.
pub(super) fn behind(calls: Vec<String>) -> String {
    match calls.is_empty() {
        true => String::new(),
        false => format!(r#","tool_calls":[{}]"#, calls.join(",")),
    }
}

/// `null` if nothing is said.
fn or_null(text: &str) -> String {
    match text.is_empty() {
        true => "null".to_owned(),
        false => quoted(text),
    }
}

/// What is said, and what is declined.
fn texts_of(spoken: &Spoken) -> (String, String) {
    match spoken.is_refusal() {
        true => (String::new(), spoken.text()),
        false => (spoken.text(), String::new()),
    }
}

fn whole(spoken: &Spoken) -> String {
    let (content, refusal) = texts_of(spoken);
    let calls = behind(spoken.calls().map(entry).collect());
    format!(
        r#"{{"id":"chatcmpl-{}","object":"chat.completion","created":1,"model":"scripted","choices":[{{"index":0,"message":{{"role":"assistant","content":{},"refusal":{}{calls}}},"logprobs":null,"finish_reason":"{}"}}],{USAGE}}}"#,
        spoken.turn,
        or_null(&content),
        or_null(&refusal),
        reason(spoken)
    )
}

fn entry(call: &Call) -> String {
    format!(
        r#"{{"id":{},"type":"function","function":{{"name":{},"arguments":{}}}}}"#,
        quoted(call.id()),
        quoted(&call.name),
        quoted(&call.arguments)
    )
}

fn events(spoken: &Spoken, pieces: &mut Pieces) -> Vec<String> {
    let (content, refusal) = texts_of(spoken);
    let mut deltas = vec![r#""role":"assistant","content":null,"refusal":null"#.to_owned()];
    for (key, text) in [("content", content), ("refusal", refusal)] {
        let pieces = pieces.of(&text).into_iter();
        deltas.extend(pieces.map(|piece| format!(r#""{key}":{}"#, quoted(piece))));
    }
    for (index, call) in spoken.calls().enumerate() {
        deltas.push(format!(
            r#""tool_calls":[{{"index":{index},"id":{},"type":"function","function":{{"name":{},"arguments":""}}}}]"#,
            quoted(call.id()),
            quoted(&call.name)
        ));
        let pieces = pieces.of(&call.arguments).into_iter();
        deltas.extend(pieces.map(|piece| {
            format!(
                r#""tool_calls":[{{"index":{index},"function":{{"arguments":{}}}}}]"#,
                quoted(piece)
            )
        }));
    }
    let chunk = |rest: String| {
        format!(
            "data: {{\"id\":\"chatcmpl-{}\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"scripted\",{rest}}}\n\n",
            spoken.turn
        )
    };
    let choice = |delta: &str, reason: &str| {
        chunk(format!(
            r#""choices":[{{"index":0,"delta":{{{delta}}},"logprobs":null,"finish_reason":{reason}}}]"#
        ))
    };
    let mut events: Vec<String> = deltas.iter().map(|delta| choice(delta, "null")).collect();
    events.push(choice("", &quoted(reason(spoken))));
    events.push(chunk(format!(r#""choices":[],{USAGE}"#)));
    events.push("data: [DONE]\n\n".to_owned());
    events
}

pub(super) fn hear(message: &Value) -> Heard {
    match message["role"].as_str() {
        Some("assistant") => {
            let calls = list(&message["tool_calls"]).iter();
            let calls = calls.map(|call| {
                let called = call.get("function").unwrap_or(&call["custom"]);
                (text(call, "id"), text(called, "name"))
            });
            Heard::Model(calls.collect())
        }
        Some("tool") => {
            // Mistral and Ollama name the tool, each by another key.
            let names = ["name", "tool_name"].map(|key| text(message, key));
            let content = &message["content"];
            let result = Answered {
                id: text(message, "tool_call_id"),
                name: names.concat(),
                text: match content.as_str() {
                    Some(text) => text.to_owned(),
                    None => texts(list(content)),
                },
                is_error: false,
            };
            Heard::User {
                results: vec![result],
                more: More::Nothing,
            }
        }
        Some("user") => Heard::User {
            results: Vec::new(),
            more: More::Behind,
        },
        _ => Heard::Other,
    }
}
