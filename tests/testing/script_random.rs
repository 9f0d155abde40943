//! Random scripts in every dialect: what is written down is what is read, of a whole response and of a stream.

use std::fs;

use proptest::prelude::*;
use serde_json::{Value, json};
use tool_runtime::ToolCall;
use tool_runtime::dialect::{StreamingDialect, Turn};
use tool_runtime::testing::{Reply, ScriptedModel};

use crate::script::DIALECTS;

/// One part of a turn.
#[derive(Clone, Debug)]
enum Part {
    Thinking(String),
    Text(String),
    Call(String, Value),
}

fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z ,.]{0,40}",
        "[\"\\\\\n\r\t{}\\[\\]:é😀\u{2028}\u{0}-]{0,12}",
        Just("data: {\"a\": 1}\n\nevent: end\n".to_owned()),
        Just("[DONE]".to_owned()),
    ]
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        texts().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map("[a-z\"é]{0,4}", inner, 0..3).prop_map(|members| members
                .into_iter()
                .collect::<serde_json::Map<_, _>>()
                .into()),
        ]
    })
}

fn arguments() -> impl Strategy<Value = Value> {
    let members = prop::collection::btree_map("[a-z_]{1,6}", values(), 0..4);
    members.prop_map(|members| {
        members
            .into_iter()
            .collect::<serde_json::Map<_, _>>()
            .into()
    })
}

fn parts() -> impl Strategy<Value = Vec<Part>> {
    let part = prop_oneof![
        texts().prop_map(Part::Thinking),
        texts().prop_map(Part::Text),
        ("[a-z_]{1,12}", arguments()).prop_map(|(name, arguments)| Part::Call(name, arguments)),
    ];
    prop::collection::vec(part, 0..6)
}

fn reply(parts: &[Part], is_cut: bool) -> Reply {
    let reply = parts.iter().fold(Reply::new(), |reply, part| match part {
        Part::Thinking(text) => reply.thinking(text),
        Part::Text(text) => reply.text(text),
        Part::Call(name, arguments) => reply.call(name, arguments),
    });
    if is_cut { reply.cut_off() } else { reply }
}

/// What a call is, but for the arguments of one that was cut off, which are not told.
fn call(call: &ToolCall) -> (String, String, Option<Value>) {
    let arguments = || serde_json::from_str(call.arguments()).unwrap();
    let arguments = (!call.is_cut_off()).then(arguments);
    (call.id().to_owned(), call.name().to_owned(), arguments)
}

/// The calls as they were written down, without ids.
fn written(
    parts: &[Part],
    is_cut: bool,
    dialect: &dyn StreamingDialect,
) -> Vec<(String, Option<Value>)> {
    // An empty text is none.
    let is_said = |part: &Part| match part {
        Part::Thinking(text) | Part::Text(text) => !text.is_empty(),
        Part::Call(..) => true,
    };
    let last = parts.iter().rposition(is_said).map_or(0, |last| last + 1);
    let calls = parts
        .iter()
        .zip(1..)
        .filter_map(|(part, place)| match part {
            Part::Call(_, _) if is_cut && place == last && dialect.name() == "Ollama" => None,
            Part::Call(name, _) if is_cut && place == last => Some((name.clone(), None)),
            Part::Call(name, arguments) => Some((name.clone(), Some(arguments.clone()))),
            _ => None,
        });
    calls.collect()
}

/// All texts under these keys, in the order in which they stand.
fn said(value: &Value, is_thought: bool, found: &mut String) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| said(item, is_thought, found)),
        Value::Object(members) => {
            let marks = ["thinking", "reasoningContent", "summary"];
            let kind = members
                .get("type")
                .and_then(Value::as_str)
                .unwrap_or_default();
            let thought =
                members.get("thought").is_some() || ["thinking", "reasoning"].contains(&kind);
            for (key, value) in members {
                let is_inside = thought || marks.contains(&key.as_str());
                match value {
                    Value::String(text)
                        if ["text", "content", "thinking"].contains(&key.as_str())
                            && is_inside == is_thought =>
                    {
                        found.push_str(text);
                    }
                    Value::String(_) => {}
                    _ if [
                        "input",
                        "args",
                        "arguments",
                        "functionCall",
                        "toolUse",
                        "tool_calls",
                    ]
                    .contains(&key.as_str()) => {}
                    _ if is_inside && !is_thought => {}
                    inner if is_inside => every(inner, found),
                    inner => said(inner, is_thought, found),
                }
            }
        }
        _ => {}
    }
}

/// Every text below.
fn every(value: &Value, found: &mut String) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| every(item, found)),
        Value::Object(members) => {
            for (key, value) in members {
                match value {
                    Value::String(text) if key == "text" => found.push_str(text),
                    other => every(other, found),
                }
            }
        }
        _ => {}
    }
}

fn texts_of(turn: &Turn) -> [String; 2] {
    [false, true].map(|is_thought| {
        let mut found = String::new();
        for message in turn.messages() {
            let message: Value = serde_json::from_str(message.as_str()).unwrap();
            said(&message, is_thought, &mut found);
        }
        found
    })
}

fn joined(parts: &[Part]) -> [String; 2] {
    let of = |is_thought: bool| {
        let texts = parts.iter().filter_map(move |part| match part {
            Part::Text(text) if !is_thought => Some(text.as_str()),
            Part::Thinking(text) if is_thought => Some(text.as_str()),
            _ => None,
        });
        texts.collect::<String>()
    };
    [of(false), of(true)]
}

fn streamed(dialect: &dyn StreamingDialect, model: &ScriptedModel) -> Turn {
    let mut stream = dialect.stream();
    let mut calls = Vec::new();
    for piece in model.stream(&[]) {
        calls.extend(stream.push(piece));
    }
    calls.extend(stream.end());
    let turn = stream.into_turn().unwrap();
    assert_eq!(turn.interruption(), None);
    assert_eq!(turn.calls(), calls);
    turn
}

/// The messages, without the places of Mistral's calls, which a stream's message does not repeat.
fn values_of(turn: &Turn) -> Vec<Value> {
    let messages = turn.messages().map(|message| {
        let mut message: Value = serde_json::from_str(message.as_str()).unwrap();
        for call in message
            .get_mut("tool_calls")
            .and_then(Value::as_array_mut)
            .into_iter()
            .flatten()
        {
            call.as_object_mut().unwrap().remove("index");
        }
        message
    });
    messages.collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whole_streamed_and_written_are_the_same(parts in parts(), is_cut: bool, seed: Option<u64>) {
        for dialect in DIALECTS {
            let model = || {
                let model = ScriptedModel::new(dialect).turn(reply(&parts, is_cut));
                match seed {
                    Some(seed) => model.cut_anywhere(seed),
                    None => model,
                }
            };
            let name = dialect.name();
            let body = model().respond(&[]);
            let whole = dialect.decode(&body).unwrap();
            let streamed = streamed(dialect, &model());
            let calls = |turn: &Turn| turn.calls().iter().map(call).collect::<Vec<_>>();
            prop_assert_eq!(calls(&streamed), calls(&whole), "{}", name);
            let without_ids: Vec<_> = calls(&whole).into_iter().map(|(_, name, arguments)| (name, arguments)).collect();
            prop_assert_eq!(without_ids, written(&parts, is_cut, dialect), "{}", name);
            if is_cut {
                continue;
            }
            let mut expected = joined(&parts);
            if name == "OpenAI Chat Completions" {
                expected[1].clear();
            }
            prop_assert_eq!(texts_of(&whole), expected.clone(), "{}: {}", name, String::from_utf8_lossy(&body));
            prop_assert_eq!(texts_of(&streamed), expected, "{}", name);
        }
    }

    #[test]
    fn a_stream_is_cut_the_same_way_by_the_same_seed(parts in parts(), seed: u64) {
        let stream = |seed| ScriptedModel::new(DIALECTS[0]).turn(reply(&parts, false)).cut_anywhere(seed).stream(&[]);
        prop_assert_eq!(stream(seed), stream(seed));
        // The pieces of texts differ with the seed too, and nothing else.
        prop_assert!(stream(seed).iter().all(|piece| !piece.is_empty()));
    }
}

/// In folders of their own: whole responses for `.ci/conformance`, streams and what is read of them for `.ci/streams`.
#[test]
fn responses_are_written_for_the_sdks_to_judge() {
    let folder = format!("{}/scripted", env!("CARGO_TARGET_TMPDIR"));
    _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    let streams = format!("{folder}-streams");
    let read = format!("{folder}-read");
    for folder in [&streams, &read] {
        _ = fs::remove_dir_all(folder);
        fs::create_dir_all(folder).unwrap();
    }
    let get = |reply: Reply| {
        reply.call("get_customer", json!({"id": 7})).call(
            "send_email",
            json!({"id": 7, "text": "Good “morning”, é😀"}),
        )
    };
    let replies = [
        ("text", Reply::new().text("Hello.")),
        ("calls", get(Reply::new())),
        (
            "thinking",
            get(Reply::new().thinking("Look.").text("I look it up.")),
        ),
        ("refusal", Reply::refusal("I can't help with that.")),
        ("cut_text", Reply::new().text("Hello there.").cut_off()),
    ];
    for dialect in DIALECTS {
        let provider = match dialect.name() {
            "Anthropic Messages" => "anthropic",
            "Bedrock Converse" => "bedrock",
            "Gemini" => "gemini",
            "Mistral" => "mistral",
            "Ollama" => "ollama",
            "OpenAI Chat Completions" => "openai-chat",
            _ => "openai-responses",
        };
        for (name, reply) in &replies {
            let model = || ScriptedModel::new(dialect).turn(reply.clone());
            let body = model().respond(&[]);
            fs::write(format!("{folder}/{provider}.calls.{name}.json"), body).unwrap();
            let ending = match provider {
                "bedrock" => "jsonl",
                "ollama" => "ndjson",
                _ => "sse",
            };
            let stream = model().stream(&[]).concat();
            fs::write(format!("{streams}/{provider}.{name}.{ending}"), stream).unwrap();
            // What a stream ends in is what was whole.
            let (whole, streamed) = (
                dialect.decode(&model().respond(&[])).unwrap(),
                streamed(dialect, &model()),
            );
            let calls: Vec<Value> = streamed
                .calls()
                .iter()
                .map(|call| {
                    let arguments: Value = serde_json::from_str(call.arguments()).unwrap();
                    json!({"id": call.id(), "name": call.name(), "arguments": arguments, "is_cut_off": false})
                })
                .collect();
            let found = json!({"calls": calls, "messages": values_of(&streamed)});
            fs::write(format!("{read}/{provider}.{name}.json"), found.to_string()).unwrap();
            assert_eq!(values_of(&streamed), values_of(&whole), "{provider} {name}");
        }
    }
}
