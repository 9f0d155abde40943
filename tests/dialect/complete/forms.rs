//! The providers' histories, written and read here independently of the library.

use serde_json::{Value, json};
use tool_runtime::ToolCall;
use tool_runtime::dialect::{
    Anthropic, Bedrock, Dialect, Gemini, Message, Mistral, Ollama, OpenAiChat, OpenAiResponses,
};
use tool_runtime::journal::Record;

use super::interrupted;

/// Results: for which calls, and what is in them.
type Results<'a> = &'a [(&'a ToolCall, &'a str)];

pub(crate) struct Form {
    pub(crate) name: &'static str,
    pub(crate) dialect: &'static dyn Dialect,
    /// Whether calls may come without an id.
    pub(crate) may_lack_ids: bool,
    /// The model's calls.
    pub(super) asked: fn(&[ToolCall]) -> Vec<Value>,
    /// Results, with what is in them, and what the user says after them.
    pub(super) answered: fn(Results<'_>, Option<&str>) -> Vec<Value>,
    /// What is in a message.
    pub(super) read: fn(&Value) -> Vec<Event>,
}

/// What a history says, in its order.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Event {
    Call(String, String),
    /// The id, and what the model reads.
    Result(String, String),
    Said(String),
}

impl Event {
    pub(super) fn is_interruption(&self) -> bool {
        matches!(self, Self::Result(_, text) if text.ends_with(&interrupted("")[3..]))
    }
}

fn string(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn arguments(call: &ToolCall) -> Value {
    serde_json::from_str(call.arguments()).unwrap()
}

/// With an `id` if there is one.
fn with_id(mut value: Value, key: &str, call: &ToolCall) -> Value {
    if !call.id().is_empty() {
        value[key] = call.id().into();
    }
    value
}

fn chat(calls: &[ToolCall], arguments: fn(&ToolCall) -> Value, has_type: bool) -> Vec<Value> {
    let entries = calls.iter().map(|call| {
        let function = json!({ "name": call.name(), "arguments": arguments(call) });
        let mut entry = json!({ "function": function });
        if has_type {
            entry["type"] = "function".into();
        }
        with_id(entry, "id", call)
    });
    let entries: Vec<Value> = entries.collect();
    vec![match entries.is_empty() {
        true => json!({ "role": "assistant", "content": "Well." }),
        false => json!({ "role": "assistant", "content": "", "tool_calls": entries }),
    }]
}

fn chat_answers(name: Option<&str>, results: Results<'_>, said: Option<&str>) -> Vec<Value> {
    let results = results.iter().map(|(call, text)| {
        let mut message = json!({ "role": "tool", "content": text });
        if let Some(key) = name {
            message[key] = call.name().into();
        }
        with_id(message, "tool_call_id", call)
    });
    let said = said.map(|text| json!({ "role": "user", "content": text }));
    results.chain(said).collect()
}

fn read_chat(message: &Value) -> Vec<Event> {
    if message["role"] == "tool" {
        let id = string(&message["tool_call_id"]);
        return vec![Event::Result(id, string(&message["content"]))];
    }
    let calls = list(&message["tool_calls"])
        .map(|call| Event::Call(string(&call["id"]), string(&call["function"]["name"])));
    let said = Event::Said(string(&message["content"]));
    std::iter::once(said).chain(calls).collect()
}

const ANTHROPIC: Form = Form {
    name: "anthropic",
    dialect: &Anthropic,
    may_lack_ids: false,
    asked: |calls| {
        let thought = json!({ "type": "thinking", "thinking": "Well.", "signature": "EqQB" });
        let blocks = calls.iter().map(|call| {
            json!({ "type": "tool_use", "id": call.id(), "name": call.name(), "input": arguments(call) })
        });
        let blocks: Vec<Value> = std::iter::once(thought).chain(blocks).collect();
        vec![json!({ "role": "assistant", "content": blocks })]
    },
    answered: |results, said| {
        if let ([], Some(text)) = (results, said) {
            return vec![json!({ "role": "user", "content": text })];
        }
        let blocks = results.iter().map(|(call, text)| {
            json!({ "type": "tool_result", "tool_use_id": call.id(), "content": text })
        });
        let said = said.map(|text| json!({ "type": "text", "text": text }));
        message("content", blocks.chain(said).collect())
    },
    read: |message| match &message["content"] {
        Value::String(text) => vec![Event::Said(text.clone())],
        content => list(content)
            .map(|block| match block["type"].as_str() {
                Some("tool_use") => Event::Call(string(&block["id"]), string(&block["name"])),
                Some("tool_result") => {
                    Event::Result(string(&block["tool_use_id"]), string(&block["content"]))
                }
                Some("text") => Event::Said(string(&block["text"])),
                _ => Event::Said(block.to_string()),
            })
            .collect(),
    },
};

/// A message of the user with these blocks, if there are any.
fn message(key: &str, blocks: Vec<Value>) -> Vec<Value> {
    match blocks.is_empty() {
        true => Vec::new(),
        false => vec![json!({ "role": "user", key: blocks })],
    }
}

const BEDROCK: Form = Form {
    name: "bedrock",
    dialect: &Bedrock,
    may_lack_ids: false,
    asked: |calls| {
        let said = json!({ "text": "Well." });
        let blocks = calls.iter().map(|call| {
            json!({ "toolUse": { "toolUseId": call.id(), "name": call.name(), "input": arguments(call) } })
        });
        let blocks: Vec<Value> = std::iter::once(said).chain(blocks).collect();
        vec![json!({ "role": "assistant", "content": blocks })]
    },
    answered: |results, said| {
        let blocks = results.iter().map(|(call, text)| {
            json!({ "toolResult": { "toolUseId": call.id(), "content": [{ "text": text }] } })
        });
        let said = said.map(|text| json!({ "text": text }));
        message("content", blocks.chain(said).collect())
    },
    read: |message| {
        let blocks = list(&message["content"]).map(|block| {
            let (call, result) = (&block["toolUse"], &block["toolResult"]);
            match (call.is_null(), result.is_null()) {
                (false, _) => Event::Call(string(&call["toolUseId"]), string(&call["name"])),
                (_, false) => Event::Result(
                    string(&result["toolUseId"]),
                    string(&result["content"][0]["text"]),
                ),
                _ => Event::Said(string(&block["text"])),
            }
        });
        blocks.collect()
    },
};

const GEMINI: Form = Form {
    name: "gemini",
    dialect: &Gemini,
    may_lack_ids: true,
    asked: |calls| {
        let said = json!({ "text": "Well." });
        let parts = calls.iter().enumerate().map(|(index, call)| {
            let asked = json!({ "name": call.name(), "args": arguments(call) });
            let mut part = json!({ "functionCall": with_id(asked, "id", call) });
            if index == 0 {
                part["thoughtSignature"] = "CiQ=".into();
            }
            part
        });
        let parts: Vec<Value> = std::iter::once(said).chain(parts).collect();
        vec![json!({ "role": "model", "parts": parts })]
    },
    answered: |results, said| {
        let parts = results.iter().map(|(call, text)| {
            let response = json!({ "name": call.name(), "response": { "output": text } });
            json!({ "functionResponse": with_id(response, "id", call) })
        });
        let mut messages = message("parts", parts.collect());
        messages.extend(said.map(|text| json!({ "role": "user", "parts": [{ "text": text }] })));
        messages
    },
    read: |message| {
        let parts = list(&message["parts"]).map(|part| {
            let (call, result) = (&part["functionCall"], &part["functionResponse"]);
            match (call.is_null(), result.is_null()) {
                (false, _) => Event::Call(string(&call["id"]), string(&call["name"])),
                (_, false) => {
                    let response = &result["response"];
                    let text = response.get("output").unwrap_or(&response["error"]);
                    Event::Result(string(&result["id"]), string(text))
                }
                _ => Event::Said(string(&part["text"])),
            }
        });
        parts.collect()
    },
};

const OPENAI_CHAT: Form = Form {
    name: "openai-chat",
    dialect: &OpenAiChat,
    may_lack_ids: false,
    asked: |calls| chat(calls, |call| call.arguments().into(), true),
    answered: |results, said| chat_answers(None, results, said),
    read: read_chat,
};

const MISTRAL: Form = Form {
    name: "mistral",
    dialect: &Mistral,
    may_lack_ids: true,
    asked: |calls| chat(calls, |call| call.arguments().into(), true),
    answered: |results, said| chat_answers(Some("name"), results, said),
    read: read_chat,
};

const OLLAMA: Form = Form {
    name: "ollama",
    dialect: &Ollama,
    may_lack_ids: true,
    asked: |calls| chat(calls, arguments, false),
    answered: |results, said| chat_answers(Some("tool_name"), results, said),
    read: read_chat,
};

const OPENAI_RESPONSES: Form = Form {
    name: "openai-responses",
    dialect: &OpenAiResponses,
    may_lack_ids: false,
    asked: |calls| {
        let thought = json!({ "type": "reasoning", "id": "rs_1", "summary": [] });
        let items = calls.iter().map(|call| {
            json!({ "type": "function_call", "call_id": call.id(), "name": call.name(), "arguments": call.arguments() })
        });
        std::iter::once(thought).chain(items).collect()
    },
    answered: |results, said| {
        let items = results.iter().map(|(call, text)| {
            json!({ "type": "function_call_output", "call_id": call.id(), "output": text })
        });
        let said = said.map(|text| json!({ "role": "user", "content": text }));
        items.chain(said).collect()
    },
    read: |item| {
        vec![match item["type"].as_str() {
            Some("function_call") => Event::Call(string(&item["call_id"]), string(&item["name"])),
            Some("function_call_output") => {
                Event::Result(string(&item["call_id"]), string(&item["output"]))
            }
            _ => Event::Said(item.to_string()),
        }]
    },
};

pub(crate) const FORMS: [Form; 7] = [
    ANTHROPIC,
    BEDROCK,
    GEMINI,
    MISTRAL,
    OLLAMA,
    OPENAI_CHAT,
    OPENAI_RESPONSES,
];

impl Form {
    pub(super) fn events(&self, history: &[Message]) -> Vec<Event> {
        let values = history.iter().map(crate::conversation::value);
        values.flat_map(|value| (self.read)(&value)).collect()
    }
}

/// Ends of conversations that were interrupted, completed: a name, and the model's message with all results.
pub(crate) fn completed(form: &Form) -> Vec<(String, Vec<Message>)> {
    let calls = |ids: bool| {
        ["find_book", "lend_book", "find_book"]
            .iter()
            .zip(0..)
            .map(move |(name, index)| {
                let id = match ids {
                    true => format!("call{index:05}"),
                    false => String::new(),
                };
                ToolCall::new(id, *name, r#"{"id":7}"#)
            })
    };
    let mut all = Vec::new();
    for ids in [true, false] {
        if !ids && !form.may_lack_ids {
            continue;
        }
        let calls: Vec<ToolCall> = calls(ids).collect();
        for (name, kept, said) in [
            ("all_missing", &[][..], None),
            ("some_missing", &[1], None),
            ("text_follows", &[], Some("Are you there?")),
            ("some_missing_text_follows", &[0, 2], Some("Are you there?")),
        ] {
            let results: Vec<_> = kept.iter().map(|&index| (&calls[index], "Done.")).collect();
            let mut history = (form.asked)(&calls);
            history.extend((form.answered)(&results, said));
            let mut history: Vec<Message> = history.into_iter().map(Message::from).collect();
            assert_eq!(form.dialect.complete(&mut history).len(), 3 - kept.len());
            let without = if ids { "" } else { "_without_ids" };
            all.push((format!("completed_{name}{without}"), history));
        }
    }
    all.push(("completed_from_a_journal".to_owned(), recovered(form)));
    all
}

/// The end of a conversation of which a journal knows one call's result, that another began, and nothing of the third.
fn recovered(form: &Form) -> Vec<Message> {
    let calls = ["call00000", "call00001", "call00002"]
        .map(|id| ToolCall::new(id, "find_book", r#"{"id":7}"#));
    let call = |call: &ToolCall| json!({ "id": call.id(), "name": call.name(), "arguments": call.arguments() });
    let records = [
        json!({ "format": 1, "finished": { "key": "b-000", "index": 0, "result": {
            "call": call(&calls[0]), "outcome": "ok", "effects": "none", "parts": [{ "json": "{\"title\":\"Emma\"}" }],
            "queued_ns": 0, "waits": [], "failed_attempts": [],
        } } }),
        json!({ "format": 1, "started": {
            "key": "b-001", "index": 1, "call": call(&calls[1]), "may_change": true,
        } }),
    ];
    let records = records.map(|record| serde_json::from_value::<Record>(record).unwrap());
    let history = (form.asked)(&calls);
    let mut history: Vec<Message> = history.into_iter().map(Message::from).collect();
    let results = form
        .dialect
        .complete_from(&mut history, &records.into_iter().collect());
    let is_error: Vec<_> = results.iter().map(|result| result.is_error()).collect();
    assert_eq!(is_error, [false, true, true]);
    history
}
