//! What must hold whatever the bytes are: nothing panics, every call has its result, and what is taken is what it seems.
//!
//! The targets beside this file give these functions what libFuzzer finds, `tests/bytes` what proptest makes.

mod keys;
mod paused;
mod same;
mod schema;
mod serial;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;
use tool_runtime::dialect::{
    Anthropic, Bedrock, Dialect, Gemini, Mcp, Message, Mistral, Ollama, OpenAiChat,
    OpenAiResponses, StreamingDialect, recognise,
};
use tool_runtime::{
    Explanation, Fingerprint, Manifest, Policy, Redaction, Report, ToolCall, Toolbox, tool, tools,
};
#[cfg(feature = "schema-validation")]
use tool_runtime::{RuntimeTool, ToolDefinition, tool::DeclaredEffects};

pub use keys::keys;
pub use same::same;
pub use schema::schema;
pub use serial::serial;

#[derive(Debug, Deserialize, JsonSchema)]
#[expect(dead_code, reason = "only read")]
struct Line {
    isbn: Option<String>,
    #[serde(alias = "number")]
    copies: u32,
    labels: BTreeMap<String, i64>,
    parts: Vec<Line>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[expect(dead_code, reason = "only read")]
enum Payment {
    Card { number: String, months: Option<u8> },
    Invoice { days: u8 },
    None,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "only read")]
enum Amount {
    Number(f64),
    Pair(i8, u64),
    Text { text: String },
}

/// Takes a parameter of each kind.
#[tool(writes("order:{customer}"))]
async fn order(
    /// The customer.
    #[arg(alias = "customer_id", range(min = 1, max = 1000000))]
    customer: u64,
    /// The lines.
    #[arg(default)]
    lines: Vec<Line>,
    /// How it is paid.
    payment: Option<Payment>,
    /// How much it is.
    amount: Option<Amount>,
    /// What it is called.
    #[arg(default = "", length(max = 10), pattern = "^[a-z]*$")]
    name: String,
    /// A pair.
    pair: Option<(char, bool)>,
) -> String {
    format!("{customer} {lines:?} {payment:?} {amount:?} {name} {pair:?}")
}

#[derive(Debug, Deserialize, JsonSchema)]
#[expect(dead_code, reason = "only read")]
struct Closed {
    query: String,
    line: Option<Line>,
    limit: Option<u8>,
}

/// Takes a whole object.
#[tool(pure)]
async fn search(#[arg(flatten)] all: Closed) -> String {
    format!("{all:?}")
}

#[derive(Debug, Deserialize, JsonSchema)]
#[expect(dead_code, reason = "only read")]
struct Open {
    name: Option<String>,
    #[serde(flatten)]
    others: BTreeMap<String, Value>,
}

/// Takes a whole object with any members.
#[tool(pure)]
async fn tag(#[arg(flatten)] all: Open) -> String {
    format!("{all:?}")
}

/// Takes anything.
#[tool(pure)]
async fn echo(
    /// Whatever it is.
    value: Value,
) -> Value {
    value
}

/// Takes a text.
#[tool(pure)]
async fn measure(
    /// The text.
    text: &str,
) -> usize {
    text.len()
}

/// Takes nothing.
#[tool(pure)]
async fn ping() -> &'static str {
    "pong"
}

fn toolbox() -> Toolbox {
    let builder = Toolbox::<()>::builder().tools(tools![order, search, tag, echo, measure, ping]);
    #[cfg(feature = "schema-validation")]
    let builder = builder.tool(plugin());
    builder.build().expect("the tools are valid")
}

/// A tool that is known only at run time.
#[cfg(feature = "schema-validation")]
fn plugin() -> RuntimeTool<()> {
    let schema = serde_json::json!({
        "type": "object",
        "properties": {
            "customer": {"type": "integer", "minimum": 1},
            "kind": {"enum": ["a", "b", 3, null]},
            "items": {"type": "array", "items": {"$ref": "#/$defs/item"}, "uniqueItems": true},
            "any": true,
        },
        "required": ["customer"],
        "$defs": {"item": {"type": "object", "properties": {"name": {"type": "string", "format": "date"}, "parts": {"type": "array", "items": {"$ref": "#/$defs/item"}}}}},
        "patternProperties": {"^x-": {"type": ["string", "number"]}},
    });
    let definition = ToolDefinition::named("plugin", "Does what a plugin does.")
        .with_parameters(schema)
        .with_effects(DeclaredEffects::reads(["item:{customer}/{kind}"]));
    RuntimeTool::new(definition, |arguments, _, _| async move {
        Ok::<_, std::convert::Infallible>(arguments.text().to_owned())
    })
}

const NAMES: [&str; 7] = [
    "order", "search", "tag", "echo", "measure", "ping", "plugin",
];

thread_local! {
    static TOOLBOX: Toolbox = toolbox();
    static RUNTIME: tokio::runtime::Runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .expect("a runtime can be had");
}

/// Runs calls: each has its result, under its id, and nothing panicked.
fn run(calls: &[ToolCall], policy: Policy) -> Report {
    let desk = TOOLBOX
        .with(|toolbox| toolbox.bind(()).with(policy))
        .expect("the policy can be kept");
    let report = RUNTIME.with(|runtime| runtime.block_on(desk.run(calls)));
    assert_eq!(report.results().len(), calls.len());
    for (result, call) in report.results().iter().zip(calls) {
        assert_eq!(result.call(), call);
        let code = result.outcome().ending.code();
        assert!(
            ["ok", "invalid_arguments", "unknown_tool"].contains(&code),
            "{code}: {}",
            result.text()
        );
        if let Some(errors) = result.argument_errors() {
            assert!(!errors.problems().is_empty());
        }
    }
    report
}

/// Arguments of a call of a tool of each shape, as JSON and as a text.
pub fn arguments(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut calls: Vec<ToolCall> = Vec::new();
    for name in NAMES {
        calls.push(ToolCall::new("json", name, &*text));
        calls.push(ToolCall::with_text("text", name, &*text));
    }
    // Twice, so that some are the same.
    calls.push(ToolCall::new("again", "echo", &*text));
    let policy = Policy::default();
    let report = run(&calls, policy.clone());
    for result in report.results() {
        let call = result.call();
        let is_read = result.outcome().ending.code() == "ok" && !call.is_text();
        if is_read && !text.trim().is_empty() {
            let read = serde_json::from_str::<Value>(&text).expect("what a tool takes is JSON");
            assert!(depth(&read) <= 64);
        }
    }
    // One of the other policies, so that each text takes no longer than it must.
    match bytes.len() % 3 {
        0 => assert_eq!(codes(&run(&calls, policy.coalesce(true))), codes(&report)),
        1 => drop(run(&calls, policy.max_argument_depth(127))),
        _ => drop(run(
            &calls,
            policy.max_argument_bytes(8).max_argument_depth(1),
        )),
    }
}

fn codes(report: &Report) -> Vec<&'static str> {
    let results = report.results().iter();
    results
        .map(|result| result.outcome().ending.code())
        .collect()
}

fn depth(value: &Value) -> usize {
    match value {
        Value::Array(elements) => 1 + elements.iter().map(depth).max().unwrap_or(0),
        Value::Object(members) => 1 + members.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

fn dialects() -> [Box<dyn Dialect>; 10] {
    [
        Box::new(Anthropic),
        Box::new(Bedrock),
        Box::new(Gemini),
        Box::new(Gemini.choice(1)),
        Box::new(Mcp),
        Box::new(Mistral),
        Box::new(Ollama),
        Box::new(OpenAiChat),
        Box::new(OpenAiChat.choice(1)),
        Box::new(OpenAiResponses),
    ]
}

/// A response of every provider; where it is read, its calls are run and answered.
pub fn decode(bytes: &[u8]) {
    if let Ok(dialect) = recognise(bytes) {
        assert!(!dialect.name().is_empty());
    }
    for dialect in dialects() {
        let turn = match dialect.decode(bytes) {
            Ok(turn) => turn,
            Err(error) => {
                assert!(!error.to_string().is_empty());
                continue;
            }
        };
        let report = run(turn.calls(), Policy::default());
        let mut history: Vec<Message> = turn.messages().collect();
        history.extend(dialect.encode(&report));
        for message in &history {
            let again: Message = message.as_str().parse().expect("a message is JSON");
            assert_eq!(again.as_str(), message.as_str());
        }
        dialect.complete(&mut history);
    }
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    // As a history that was stored.
    if let Ok(history) = Message::list(text) {
        for dialect in dialects() {
            let mut history = history.clone();
            dialect.complete(&mut history);
            assert_eq!(dialect.complete(&mut history), [], "a second time");
        }
    }
}

fn streaming() -> [Box<dyn StreamingDialect>; 7] {
    [
        Box::new(Anthropic),
        Box::new(Bedrock),
        Box::new(Gemini.choice(0)),
        Box::new(Mistral),
        Box::new(Ollama),
        Box::new(OpenAiChat.choice(0)),
        Box::new(OpenAiResponses),
    ]
}

/// The bytes of a streamed response of every provider: what comes of them does not depend on where they are cut. The first says where.
pub fn stream(bytes: &[u8]) {
    let Some((first, bytes)) = bytes.split_first() else {
        return;
    };
    let size = usize::from(*first).max(1);
    for dialect in streaming() {
        let read = |pieces: &mut dyn Iterator<Item = &[u8]>| {
            let mut stream = dialect.stream();
            let mut calls: Vec<ToolCall> = pieces.flat_map(|piece| stream.push(piece)).collect();
            calls.extend(stream.end());
            let turn = stream.into_turn();
            if let Ok(turn) = &turn {
                assert_eq!(turn.calls(), calls);
            }
            (calls, turn)
        };
        let whole = read(&mut std::iter::once(bytes));
        let cut = read(&mut bytes.chunks(size));
        assert_eq!(whole, cut, "{} in pieces of {size}", dialect.name());
        run(&whole.0, Policy::default());
    }
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    for dialect in streaming() {
        let mut stream = dialect.stream();
        for event in text.lines() {
            stream.push_event(event);
        }
        stream.end();
        drop(stream.into_turn());
    }
}

/// Texts that were stored: manifests, reports, explanations, policies, fingerprints.
pub fn stored(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    if let Ok(manifest) = text.parse::<Manifest>() {
        let _ = (manifest.sizes(), manifest.fingerprint());
        let diff = manifest.diff(&manifest);
        assert!(diff.is_empty(), "{diff}");
    }
    if let Ok(report) = serde_json::from_str::<Report>(text) {
        let written = serde_json::to_string(&report).expect("what was read can be written");
        let read: Report = serde_json::from_str(&written).expect("what was written can be read");
        assert_eq!(serde_json::to_string(&read).expect("again"), written);
        let explanation = report.explain();
        let _ = (explanation.to_string(), explanation.svg());
        for dialect in dialects() {
            dialect.encode(&report);
        }
    }
    if let Ok(explanation) = serde_json::from_str::<Explanation>(text) {
        let _ = (
            explanation.to_string(),
            explanation.timeline(80),
            explanation.svg(),
        );
    }
    if let Ok(policy) = serde_json::from_str::<Policy>(text) {
        drop(TOOLBOX.with(|toolbox| toolbox.bind(()).with(policy)));
    }
    drop(text.parse::<Fingerprint>());
}

/// Credentials that are taken out of every text.
const CREDENTIALS: [&str; 4] = [
    "sk-ant-api03-abcdefghijklmnopqrstuvwxyz0123456789",
    "AKIAIOSFODNN7EXAMPLE",
    "postgres://ada:hunter2@db/shop",
    "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----",
];

/// A text in the middle of which a credential stands: it is taken out, whatever stands round it.
pub fn redaction(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut middle = text.len() / 2;
    while !text.is_char_boundary(middle) {
        middle += 1;
    }
    let (before, after) = text.split_at(middle);
    for credential in CREDENTIALS {
        // One that stands in the bytes, in the middle of a word, is none.
        if text.contains(credential) {
            continue;
        }
        let text = format!("{before} {credential} {after}");
        let left = Redaction::default().apply(&text).into_owned();
        assert!(!left.contains(credential), "{text:?}: {left:?}");
    }
}
