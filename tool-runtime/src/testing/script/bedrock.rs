//! What Bedrock Converse answers, whole and streamed.
//!
//! After botocore's model: `ConverseResponse`, `ConverseStreamOutput`, `StopReason`. Of a stream the events are lines of JSON, which is
//! what the decoder takes: on the wire they are binary frames that the SDK reads.

use serde_json::Value;

use super::history::{Answered, Heard, Place, list, text, texts, user};
use super::pieces::Pieces;
use super::provider::Provider;
use super::reply::{Part, Spoken, quoted};

pub(super) const BEDROCK: Provider = Provider {
    name: "Bedrock Converse",
    id: |number| format!("tooluse_{number}"),
    place: Place::Next,
    whole,
    events,
    calls: |spoken| spoken.calls().collect(),
    hear,
};

const SIGNATURE: &str = "c2NyaXB0ZWQ=";

const USAGE: &str =
    r#""usage":{"inputTokens":1,"outputTokens":1,"totalTokens":2},"metrics":{"latencyMs":1}"#;

fn reason(spoken: &Spoken) -> &'static str {
    spoken.reason("max_tokens", "guardrail_intervened", "tool_use", "end_turn")
}

fn whole(spoken: &Spoken) -> String {
    let blocks: Vec<String> = spoken.parts.iter().map(block).collect();
    format!(
        r#"{{"output":{{"message":{{"role":"assistant","content":[{}]}}}},"stopReason":"{}",{USAGE}}}"#,
        blocks.join(","),
        reason(spoken)
    )
}

fn block(part: &Part) -> String {
    match part {
        Part::Thinking(text) => format!(
            r#"{{"reasoningContent":{{"reasoningText":{{"text":{},"signature":"{SIGNATURE}"}}}}}}"#,
            quoted(text)
        ),
        Part::Text(text) | Part::Refusal(text) => format!(r#"{{"text":{}}}"#, quoted(text)),
        Part::Call(call) => format!(
            r#"{{"toolUse":{{"toolUseId":{},"name":{},"input":{}}}}}"#,
            quoted(call.id()),
            quoted(&call.name),
            call.object()
        ),
    }
}

fn events(spoken: &Spoken, pieces: &mut Pieces) -> Vec<String> {
    let mut events = vec![r#"{"messageStart":{"role":"assistant"}}"#.to_owned()];
    for (index, part) in spoken.parts.iter().enumerate() {
        if let Part::Call(call) = part {
            events.push(format!(
                r#"{{"contentBlockStart":{{"start":{{"toolUse":{{"toolUseId":{},"name":{}}}}},"contentBlockIndex":{index}}}}}"#,
                quoted(call.id()),
                quoted(&call.name)
            ));
        }
        let delta = |delta| {
            format!(r#"{{"contentBlockDelta":{{"delta":{delta},"contentBlockIndex":{index}}}}}"#)
        };
        events.extend(deltas(part, pieces).into_iter().map(delta));
        events.push(format!(
            r#"{{"contentBlockStop":{{"contentBlockIndex":{index}}}}}"#
        ));
    }
    events.push(format!(
        r#"{{"messageStop":{{"stopReason":"{}"}}}}"#,
        reason(spoken)
    ));
    events.push(format!(r#"{{"metadata":{{{USAGE}}}}}"#));
    events.into_iter().map(|event| event + "\n").collect()
}

fn deltas(part: &Part, pieces: &mut Pieces) -> Vec<String> {
    let mut deltas = |text: &str, delta: fn(String) -> String| -> Vec<String> {
        let pieces = pieces.of(text).into_iter();
        pieces.map(|piece| delta(quoted(piece))).collect()
    };
    match part {
        Part::Thinking(text) => {
            let mut deltas = deltas(text, |piece| {
                format!(r#"{{"reasoningContent":{{"text":{piece}}}}}"#)
            });
            deltas.push(format!(
                r#"{{"reasoningContent":{{"signature":"{SIGNATURE}"}}}}"#
            ));
            deltas
        }
        Part::Text(text) | Part::Refusal(text) => {
            deltas(text, |piece| format!(r#"{{"text":{piece}}}"#))
        }
        Part::Call(call) => deltas(&call.arguments, |piece| {
            format!(r#"{{"toolUse":{{"input":{piece}}}}}"#)
        }),
    }
}

fn hear(message: &Value) -> Heard {
    let blocks = list(&message["content"]);
    if message["role"] == "assistant" {
        let calls = blocks.iter().filter_map(|block| block.get("toolUse"));
        let calls = calls.map(|call| (text(call, "toolUseId"), text(call, "name")));
        return Heard::Model(calls.collect());
    }
    user(blocks, |block| {
        let result = block.get("toolResult")?;
        Some(Answered {
            id: text(result, "toolUseId"),
            name: String::new(),
            text: texts(list(&result["content"])),
            is_error: result["status"] == "error",
        })
    })
}
