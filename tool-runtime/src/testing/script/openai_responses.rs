//! What OpenAI Responses answers, whole and streamed.
//!
//! After the SDK's types `Response`, `ResponseStreamEvent`, `ResponseReasoningItem`, `ResponseOutputMessage`, `ResponseFunctionToolCall`.

use serde_json::Value;

use super::anthropic::framed;
use super::history::{Answered, Heard, More, Place, list, text, texts};
use super::pieces::Pieces;
use super::provider::Provider;
use super::reply::{Part, Spoken, quoted};

pub(super) const OPENAI_RESPONSES: Provider = Provider {
    name: "OpenAI Responses",
    id: |number| format!("call_{number}"),
    place: Place::Anywhere,
    whole,
    events,
    calls: |spoken| spoken.calls().collect(),
    hear,
};

fn whole(spoken: &Spoken) -> String {
    let items: Vec<String> = items(spoken).iter().map(Item::done).collect();
    let status = if spoken.is_cut {
        "incomplete"
    } else {
        "completed"
    };
    response(spoken, status, &items.join(","))
}

fn response(spoken: &Spoken, status: &str, output: &str) -> String {
    let details = match status {
        "incomplete" => r#"{"reason":"max_output_tokens"}"#,
        _ => "null",
    };
    format!(
        r#"{{"id":"resp_{}","object":"response","created_at":1,"status":"{status}","error":null,"incomplete_details":{details},"instructions":null,"metadata":{{}},"model":"scripted","output":[{output}],"parallel_tool_calls":true,"temperature":1.0,"tool_choice":"auto","tools":[],"top_p":1.0}}"#,
        spoken.turn
    )
}

/// An item of the output.
struct Item<'a> {
    part: &'a Part,
    /// Of the item and not of the call.
    id: String,
    status: &'static str,
}

fn items(spoken: &Spoken) -> Vec<Item<'_>> {
    let last = spoken.parts.len();
    let items = spoken.parts.iter().zip(1..).map(|(part, place)| Item {
        part,
        id: match part {
            Part::Thinking(_) => format!("rs_{}_{place}", spoken.turn),
            Part::Text(_) | Part::Refusal(_) => format!("msg_{}_{place}", spoken.turn),
            Part::Call(_) => format!("fc_{}_{place}", spoken.turn),
        },
        status: match spoken.is_cut && place == last {
            true => "incomplete",
            false => "completed",
        },
    });
    items.collect()
}

impl Item<'_> {
    fn done(&self) -> String {
        self.to_json(self.status, true)
    }

    /// The item as it is at its beginning, without what is said in it, or at its end.
    fn to_json(&self, status: &str, is_said: bool) -> String {
        let id = &self.id;
        let said = |text: String| if is_said { text } else { String::new() };
        match self.part {
            Part::Thinking(text) => format!(
                r#"{{"id":"{id}","type":"reasoning","summary":[{}]}}"#,
                said(summary(text))
            ),
            Part::Text(text) => self.message(status, &said(output_text(text))),
            Part::Refusal(text) => self.message(status, &said(refusal(text))),
            Part::Call(call) => format!(
                r#"{{"id":"{id}","type":"function_call","status":"{status}","arguments":{},"call_id":{},"name":{}}}"#,
                quoted(if is_said { &call.arguments } else { "" }),
                quoted(call.id()),
                quoted(&call.name)
            ),
        }
    }

    fn message(&self, status: &str, content: &str) -> String {
        format!(
            r#"{{"id":"{}","type":"message","status":"{status}","role":"assistant","content":[{content}]}}"#,
            self.id
        )
    }

    /// The events between the item's beginning and its end: what their data begins with after `type`, by their types.
    fn events(&self, pieces: &mut Pieces) -> Vec<(&'static str, String)> {
        match self.part {
            Part::Thinking(text) => {
                let key = r#""summary_index":0"#;
                let part = |text: &str| format!(r#"{key},"part":{}"#, summary(text));
                let mut events = vec![("response.reasoning_summary_part.added", part(""))];
                let deltas = deltas(key, text, pieces);
                events.extend(deltas.map(|delta| ("response.reasoning_summary_text.delta", delta)));
                let done = format!(r#"{key},"text":{}"#, quoted(text));
                events.push(("response.reasoning_summary_text.done", done));
                events.push(("response.reasoning_summary_part.done", part(text)));
                events
            }
            Part::Text(text) => {
                let key = r#""content_index":0"#;
                let part = |text: &str| format!(r#"{key},"part":{}"#, output_text(text));
                let mut events = vec![("response.content_part.added", part(""))];
                let logged = |text: String| text + r#","logprobs":[]"#;
                let deltas = deltas(key, text, pieces);
                events.extend(deltas.map(|delta| ("response.output_text.delta", logged(delta))));
                let done = format!(r#"{key},"text":{}"#, quoted(text));
                events.push(("response.output_text.done", logged(done)));
                events.push(("response.content_part.done", part(text)));
                events
            }
            Part::Refusal(text) => {
                let key = r#""content_index":0"#;
                let part = |text: &str| format!(r#"{key},"part":{}"#, refusal(text));
                let mut events = vec![("response.content_part.added", part(""))];
                let deltas = deltas(key, text, pieces);
                events.extend(deltas.map(|delta| ("response.refusal.delta", delta)));
                let done = format!(r#"{key},"refusal":{}"#, quoted(text));
                events.push(("response.refusal.done", done));
                events.push(("response.content_part.done", part(text)));
                events
            }
            Part::Call(call) => {
                let deltas = pieces.of(&call.arguments).into_iter();
                let delta = |piece| format!(r#""delta":{}"#, quoted(piece));
                let deltas = deltas.map(delta);
                let mut events: Vec<_> = deltas
                    .map(|delta| ("response.function_call_arguments.delta", delta))
                    .collect();
                // Of arguments that were cut there is no end.
                if !call.is_cut {
                    let done = format!(
                        r#""name":{},"arguments":{}"#,
                        quoted(&call.name),
                        quoted(&call.arguments)
                    );
                    events.push(("response.function_call_arguments.done", done));
                }
                events
            }
        }
    }
}

fn deltas(key: &str, text: &str, pieces: &mut Pieces) -> impl Iterator<Item = String> {
    let pieces = pieces.of(text).into_iter();
    let deltas = pieces.map(|piece| format!(r#"{key},"delta":{}"#, quoted(piece)));
    deltas.collect::<Vec<_>>().into_iter()
}

fn summary(text: &str) -> String {
    format!(r#"{{"type":"summary_text","text":{}}}"#, quoted(text))
}

fn output_text(text: &str) -> String {
    format!(
        r#"{{"type":"output_text","text":{},"annotations":[],"logprobs":[]}}"#,
        quoted(text)
    )
}

fn refusal(text: &str) -> String {
    format!(r#"{{"type":"refusal","refusal":{}}}"#, quoted(text))
}

fn events(spoken: &Spoken, pieces: &mut Pieces) -> Vec<String> {
    let in_progress = || format!(r#""response":{}"#, response(spoken, "in_progress", ""));
    let mut events = vec![
        ("response.created", in_progress()),
        ("response.in_progress", in_progress()),
    ];
    for (index, item) in items(spoken).iter().enumerate() {
        let told = |item: String| format!(r#""output_index":{index},"item":{item}"#);
        let added = item.to_json("in_progress", false);
        events.push(("response.output_item.added", told(added)));
        let id = &item.id;
        let within = item.events(pieces).into_iter();
        events.extend(within.map(|(kind, data)| {
            let data = format!(r#""item_id":"{id}","output_index":{index},{data}"#);
            (kind, data)
        }));
        events.push(("response.output_item.done", told(item.done())));
    }
    let kind = match spoken.is_cut {
        true => "response.incomplete",
        false => "response.completed",
    };
    events.push((kind, format!(r#""response":{}"#, whole(spoken))));
    let events = events.into_iter().enumerate();
    let framed = events.map(|(number, (kind, data))| {
        framed(&format!(
            r#"{{"type":"{kind}",{data},"sequence_number":{number}}}"#
        ))
    });
    framed.collect()
}

fn hear(item: &Value) -> Heard {
    let kind = item["type"].as_str();
    match (kind, item["role"].as_str()) {
        (Some("function_call" | "custom_tool_call"), _) => {
            Heard::Model(vec![(text(item, "call_id"), text(item, "name"))])
        }
        (Some("function_call_output" | "custom_tool_call_output"), _) => {
            let output = &item["output"];
            let result = Answered {
                id: text(item, "call_id"),
                name: String::new(),
                text: match output.as_str() {
                    Some(text) => text.to_owned(),
                    None => texts(list(output)),
                },
                is_error: false,
            };
            Heard::User {
                results: vec![result],
                more: More::Nothing,
            }
        }
        (None | Some("message"), Some("assistant")) => Heard::Model(Vec::new()),
        _ => Heard::Other,
    }
}
