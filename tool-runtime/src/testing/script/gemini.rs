//! What Gemini answers, whole and streamed.
//!
//! After the SDK's types `GenerateContentResponse`, `Part`, `FunctionCall`, `FinishReason`. A call is never streamed in pieces.

use serde_json::Value;

use super::history::{Answered, Heard, Place, list, text, user};
use super::pieces::Pieces;
use super::provider::Provider;
use super::reply::{Part, Spoken, quoted};

pub(super) const GEMINI: Provider = Provider {
    name: "Gemini",
    id: |number| format!("fc_{number}"),
    place: Place::Next,
    whole,
    events,
    calls: |spoken| spoken.calls().collect(),
    hear,
};

fn reason(spoken: &Spoken) -> &'static str {
    spoken.reason("MAX_TOKENS", "SAFETY", "STOP", "STOP")
}

fn whole(spoken: &Spoken) -> String {
    response(spoken, &parts(spoken, |text| vec![text]), true)
}

/// One response with these parts; of a stream there are several, of which the last says why it ends.
fn response(spoken: &Spoken, parts: &[String], is_last: bool) -> String {
    let content = match parts.is_empty() {
        true => String::new(),
        false => format!(
            r#""content":{{"role":"model","parts":[{}]}},"#,
            parts.join(",")
        ),
    };
    let end = match is_last {
        true => format!(r#""finishReason":"{}","#, reason(spoken)),
        false => String::new(),
    };
    format!(
        r#"{{"candidates":[{{{content}{end}"index":0}}],"usageMetadata":{{"promptTokenCount":1,"candidatesTokenCount":1,"totalTokenCount":2}},"modelVersion":"scripted","responseId":"r{}"}}"#,
        spoken.turn
    )
}

/// The parts, of a refusal none; `split` takes texts apart.
fn parts<'a>(spoken: &'a Spoken, mut split: impl FnMut(&'a str) -> Vec<&'a str>) -> Vec<String> {
    let mut parts = Vec::new();
    let mut is_signed = false;
    for part in &spoken.parts {
        match part {
            Part::Refusal(_) => {}
            Part::Thinking(text) => parts.extend(
                split(text)
                    .into_iter()
                    .map(|text| format!(r#"{{"text":{},"thought":true}}"#, quoted(text))),
            ),
            Part::Text(text) => parts.extend(
                split(text)
                    .into_iter()
                    .map(|text| format!(r#"{{"text":{}}}"#, quoted(text))),
            ),
            Part::Call(call) => {
                let id = match call.id() {
                    "" => String::new(),
                    id => format!(r#""id":{},"#, quoted(id)),
                };
                // The first call of a turn bears a signature.
                let signature = match std::mem::replace(&mut is_signed, true) {
                    true => "",
                    false => r#","thoughtSignature":"c2NyaXB0ZWQ=""#,
                };
                parts.push(format!(
                    r#"{{"functionCall":{{{id}"name":{},"args":{}}}{signature}}}"#,
                    quoted(&call.name),
                    call.object()
                ));
            }
        }
    }
    parts
}

fn events(spoken: &Spoken, pieces: &mut Pieces) -> Vec<String> {
    let mut parts = parts(spoken, |text| pieces.of(text));
    // With the part that was cut, if there is one.
    let last: Vec<String> = parts.pop().into_iter().collect();
    let mut events: Vec<String> = parts
        .into_iter()
        .map(|part| response(spoken, &[part], false))
        .collect();
    events.push(response(spoken, &last, true));
    let framed = events.iter().map(|event| format!("data: {event}\n\n"));
    framed.collect()
}

fn hear(content: &Value) -> Heard {
    let parts = list(&content["parts"]);
    if content["role"] == "model" {
        let calls = parts.iter().filter_map(|part| part.get("functionCall"));
        let calls = calls.map(|call| (text(call, "id"), text(call, "name")));
        return Heard::Model(calls.collect());
    }
    user(parts, |part| {
        let result = part.get("functionResponse")?;
        let response = &result["response"];
        let error = response.get("error");
        let value = error.or_else(|| response.get("output")).unwrap_or(response);
        Some(Answered {
            id: text(result, "id"),
            name: text(result, "name"),
            text: match value.as_str() {
                Some(text) => text.to_owned(),
                None => value.to_string(),
            },
            is_error: error.is_some(),
        })
    })
}
