//! What Anthropic Messages answers, whole and streamed.
//!
//! After the SDK's types `Message`, `RawMessageStreamEvent`, `RawContentBlockDelta`, `StopReason`.

use serde_json::Value;

use super::history::{Answered, Heard, Place, list, text, texts, user};
use super::pieces::Pieces;
use super::provider::Provider;
use super::reply::{Part, Spoken, quoted};

pub(super) const ANTHROPIC: Provider = Provider {
    name: "Anthropic Messages",
    id: |number| format!("toolu_{number}"),
    place: Place::First,
    whole,
    events,
    calls: |spoken| spoken.calls().collect(),
    hear,
};

/// What signs a thought; it is the provider's, and comes back as it is.
const SIGNATURE: &str = "c2NyaXB0ZWQ=";

fn whole(spoken: &Spoken) -> String {
    let blocks: Vec<String> = spoken.parts.iter().map(block).collect();
    message(spoken, &blocks.join(","), &quoted(reason(spoken)))
}

fn reason(spoken: &Spoken) -> &'static str {
    spoken.reason("max_tokens", "refusal", "tool_use", "end_turn")
}

fn message(spoken: &Spoken, content: &str, reason: &str) -> String {
    let turn = spoken.turn;
    format!(
        r#"{{"id":"msg_{turn}","type":"message","role":"assistant","model":"scripted","content":[{content}],"stop_reason":{reason},"stop_sequence":null,"usage":{{"input_tokens":1,"output_tokens":1}}}}"#
    )
}

fn block(part: &Part) -> String {
    match part {
        Part::Thinking(text) => thinking(text, SIGNATURE),
        Part::Text(text) | Part::Refusal(text) => {
            format!(r#"{{"type":"text","text":{}}}"#, quoted(text))
        }
        Part::Call(call) => format!(
            r#"{{"type":"tool_use","id":{},"name":{},"input":{}}}"#,
            quoted(call.id()),
            quoted(&call.name),
            call.object()
        ),
    }
}

fn thinking(text: &str, signature: &str) -> String {
    format!(
        r#"{{"type":"thinking","thinking":{},"signature":{}}}"#,
        quoted(text),
        quoted(signature)
    )
}

fn events(spoken: &Spoken, pieces: &mut Pieces) -> Vec<String> {
    let mut events = vec![format!(
        r#"{{"type":"message_start","message":{}}}"#,
        message(spoken, "", "null")
    )];
    for (index, part) in spoken.parts.iter().enumerate() {
        let (start, deltas) = streamed(part, pieces);
        events.push(format!(
            r#"{{"type":"content_block_start","index":{index},"content_block":{start}}}"#
        ));
        let delta =
            |delta| format!(r#"{{"type":"content_block_delta","index":{index},"delta":{delta}}}"#);
        events.extend(deltas.into_iter().map(delta));
        events.push(format!(
            r#"{{"type":"content_block_stop","index":{index}}}"#
        ));
    }
    events.push(format!(
        r#"{{"type":"message_delta","delta":{{"stop_reason":{},"stop_sequence":null}},"usage":{{"output_tokens":1}}}}"#,
        quoted(reason(spoken))
    ));
    events.push(r#"{"type":"message_stop"}"#.to_owned());
    events.into_iter().map(|event| framed(&event)).collect()
}

/// How a block begins, and what is added to it.
fn streamed(part: &Part, pieces: &mut Pieces) -> (String, Vec<String>) {
    let mut deltas = |kind: &str, key: &str, text: &str| -> Vec<String> {
        let pieces = pieces.of(text).into_iter();
        let delta = |piece| format!(r#"{{"type":"{kind}","{key}":{}}}"#, quoted(piece));
        pieces.map(delta).collect()
    };
    match part {
        Part::Thinking(text) => {
            let mut deltas = deltas("thinking_delta", "thinking", text);
            let signature = quoted(SIGNATURE);
            deltas.push(format!(
                r#"{{"type":"signature_delta","signature":{signature}}}"#
            ));
            (thinking("", ""), deltas)
        }
        Part::Text(text) | Part::Refusal(text) => {
            let start = block(&Part::Text(String::new()));
            (start, deltas("text_delta", "text", text))
        }
        Part::Call(call) => {
            let start = format!(
                r#"{{"type":"tool_use","id":{},"name":{},"input":{{}}}}"#,
                quoted(call.id()),
                quoted(&call.name)
            );
            let deltas = deltas("input_json_delta", "partial_json", &call.arguments);
            (start, deltas)
        }
    }
}

/// An event with its name, which its data has as `type`.
pub(super) fn framed(event: &str) -> String {
    let value: Value = serde_json::from_str(event).unwrap_or_default();
    format!("event: {}\ndata: {event}\n\n", text(&value, "type"))
}

fn hear(message: &Value) -> Heard {
    let blocks = list(&message["content"]);
    if message["role"] == "assistant" {
        let calls = blocks.iter().filter(|block| block["type"] == "tool_use");
        let calls = calls.map(|block| (text(block, "id"), text(block, "name")));
        return Heard::Model(calls.collect());
    }
    match message["content"].is_string() {
        true => user(&[Value::Null], result),
        false => user(blocks, result),
    }
}

fn result(block: &Value) -> Option<Answered> {
    let content = &block["content"];
    (block["type"] == "tool_result").then(|| Answered {
        id: text(block, "tool_use_id"),
        name: String::new(),
        text: match content.as_str() {
            Some(text) => text.to_owned(),
            None => texts(list(content)),
        },
        is_error: block["is_error"] == true,
    })
}
