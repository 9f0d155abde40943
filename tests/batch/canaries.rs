//! Nothing of the program leaves by itself: canaries are planted wherever a secret may stand, every way a call can end is gone
//! through, and none is found in what a model reads, in what is said of the batch, or in the log.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use support::{call, codes};
use tool_runtime::dialect::{
    Anthropic, Bedrock, Dialect, Gemini, Mcp, Mistral, Ollama, OpenAiChat, OpenAiResponses,
};
use tool_runtime::{
    Content, Policy, Report, ToolCall, ToolError, ToolResult, Toolbox, layer, tool, tools,
};

/// What nobody outside is to see, whatever it stands in.
const SECRET: &str = "canary-7f3a";
/// A credential, with what makes it one to the default redaction.
const URL: &str = "postgres://ada:canary-7f3a@db/shop";
const HEADER: &str = "Authorization: Bearer canary-7f3a";

/// The program's state, whose `Debug` tells.
#[derive(Debug)]
struct App {
    password: &'static str,
}

/// An error whose `Debug` and sources tell, and whose `Display` shows credentials.
#[derive(Debug)]
struct Leaky {
    _password: &'static str,
    below: Option<Box<Leaky>>,
}

impl Leaky {
    fn new() -> Self {
        let below = |below| Self {
            _password: SECRET,
            below,
        };
        below(Some(Box::new(below(None))))
    }
}

impl fmt::Display for Leaky {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.below {
            Some(_) => write!(f, "{URL} said no to {HEADER}"),
            None => f.write_str(SECRET),
        }
    }
}

impl Error for Leaky {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.below.as_deref().map(|below| below as _)
    }
}

/// An argument whose decoder tells, and its `Debug`.
#[derive(JsonSchema)]
#[schemars(with = "String")]
struct Way(String);

impl fmt::Debug for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(SECRET)
    }
}

impl<'de> Deserialize<'de> for Way {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match String::deserialize(deserializer)? {
            way if way == "panic in decoder" => panic!("{SECRET}"),
            way if way == "unreadable" => Err(serde::de::Error::custom(URL)),
            way => Ok(Self(way)),
        }
    }
}

/// What cannot be written, and says so with a secret.
enum Value {
    Text(String),
    Unwritable,
    Panics,
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Unwritable => Err(serde::ser::Error::custom(SECRET)),
            Self::Panics => panic!("{SECRET}"),
        }
    }
}

#[derive(Debug)]
struct Payload(#[expect(dead_code, reason = "its `Debug` tells")] &'static str);

fn act(way: &str, app: &App) -> Result<Value, ToolError> {
    let leaky = || Box::<dyn Error + Send + Sync>::from(Leaky::new());
    let details = serde_json::json!({ "url": URL, "header": HEADER });
    Err(match way {
        "answer" => return Ok(Value::Text(format!("{URL} {HEADER}"))),
        "unwritable" => return Ok(Value::Unwritable),
        "panic in serializer" => return Ok(Value::Panics),
        "display" => ToolError::from(leaky()),
        "source" => ToolError::new("It said no.").with_source(leaky()),
        "details" => ToolError::new("It said no.").with_details(details),
        "internal" => ToolError::internal(leaky()).with_details(details),
        "retried" => ToolError::new(URL).with_source(leaky()).retryable(),
        "overloaded" => ToolError::overloaded(HEADER).with_source(leaky()),
        "panic with str" => panic!("canary-7f3a"),
        "panic with string" => panic!("{}", app.password),
        "panic with debug" => panic!("{app:?}"),
        "panic with payload" => std::panic::panic_any(Payload(SECRET)),
        way => panic!("no way {way}"),
    })
}

/// Goes a way.
#[tool(writes("thing:{n}"), idempotent)]
async fn go(
    /// Which.
    way: Way,
    /// Of what.
    n: usize,
    #[state] app: &App,
) -> Result<Value, ToolError> {
    let _ = (format!("{way:?}"), n);
    tokio::task::yield_now().await;
    act(&way.0, app)
}

/// Goes a way on a thread.
#[tool(writes("other:{n}"), idempotent)]
fn go_on_thread(
    /// Which.
    way: Way,
    /// Of what.
    n: usize,
    #[state] app: &App,
) -> Result<Value, ToolError> {
    let _ = n;
    act(&way.0, app)
}

/// Never ends.
#[tool(writes("hang:{secret}"), timeout = "20ms")]
async fn hang(
    /// What stands in its key.
    secret: String,
    #[state] app: &App,
) {
    let _held = (&secret, app);
    std::future::pending().await
}

/// Cannot be stopped for a while.
#[tool(writes("block:{secret}"), timeout = "20ms")]
fn block(
    /// What stands in its key.
    secret: String,
) {
    drop(secret);
    std::thread::sleep(Duration::from_millis(150));
}

/// Shows parts.
#[tool(pure)]
async fn show() -> Vec<Content> {
    vec![Content::text(HEADER), Content::resource_link(URL, "a link")]
}

const WAYS: [&str; 15] = [
    "answer",
    "unwritable",
    "panic in serializer",
    "panic in decoder",
    "unreadable",
    "display",
    "source",
    "details",
    "internal",
    "retried",
    "overloaded",
    "panic with str",
    "panic with string",
    "panic with debug",
    "panic with payload",
];

fn toolbox() -> Toolbox<App> {
    let guard = layer::around(|request: layer::Request<App>, next| async move {
        match request.context().call().id() {
            "denied" => Err(ToolError::denied(URL).with_source(Leaky::new())),
            _ => next.run().await,
        }
    });
    Toolbox::<App>::builder()
        .tools(tools![go, go_on_thread, hang, block, show])
        .layer(guard)
        .build()
        .unwrap()
}

/// A call that goes this way, and has to do with no other.
fn goes(tool: &str, n: usize, way: &str) -> ToolCall {
    call(tool, &format!(r#"{{"way": "{way}", "n": {n}}}"#))
}

fn calls() -> Vec<ToolCall> {
    let ways = || WAYS.iter().enumerate();
    let mut calls: Vec<_> = ways().map(|(n, way)| goes("go", n, way)).collect();
    calls.extend(ways().map(|(n, way)| goes("go_on_thread", n, way)));
    calls.extend([
        ToolCall::new("denied", "go", r#"{"way": "answer", "n": 99}"#),
        call("show", ""),
        call("hang", r#"{"secret": "a"}"#),
        // Skipped, since nobody knows what the one before did.
        call("hang", r#"{"secret": "a"}"#),
        call("block", r#"{"secret": "canary-7f3a"}"#),
        call("gone", "{}"),
        // Too many.
        call("show", ""),
    ]);
    calls
}

/// All that a model may read of a report.
fn read_by_a_model(report: &Report) -> String {
    let dialects: [&dyn Dialect; 8] = [
        &Anthropic,
        &Bedrock,
        &Gemini,
        &Mcp,
        &Mistral,
        &Ollama,
        &OpenAiChat,
        &OpenAiResponses,
    ];
    let messages = dialects.iter().flat_map(|dialect| dialect.encode(report));
    let mut read: String = messages.map(|message| format!("{message}\n")).collect();
    for result in report.results() {
        read += &format!("{}\n{:?}\n", result.text(), result.parts());
    }
    read
}

/// All that is said of a batch.
fn explained(report: &Report) -> String {
    let explanation = report.explain();
    let json = serde_json::to_string(&explanation).unwrap();
    format!("{explanation}\n{json}\n{}", explanation.svg())
}

#[track_caller]
fn check(what: &str, text: &str) {
    if let Some(at) = text.find(SECRET) {
        let from = text[..at].rfind('\n').map_or(0, |line| line + 1);
        let to = text[at..].find('\n').map_or(text.len(), |end| at + end);
        panic!("in {what}: {}", &text[from..to]);
    }
}

async fn run() -> Report {
    let toolbox = toolbox();
    let app = App { password: SECRET };
    let policy = Policy::default()
        .max_calls(calls().len() - 1)
        .grace(Duration::from_millis(20));
    let report = toolbox.bind(app).with(policy).unwrap().run(calls()).await;
    toolbox.idle().await;
    report
}

#[test]
fn no_canary_is_seen_outside() {
    #[cfg(feature = "tracing")]
    crate::recorder::record();
    let report = support::threads(2).block_on(run());
    let ended: std::collections::BTreeSet<_> = codes(&report).into_iter().collect();
    assert_eq!(
        ended.into_iter().collect::<Vec<_>>(),
        [
            "denied",
            "failed",
            "invalid_arguments",
            "not_serialisable",
            "ok",
            "over_limit",
            "panicked",
            "skipped",
            "timed_out",
            "unknown_tool"
        ]
    );
    assert!(report.results()[9].text().contains("It was tried 3 times."));
    assert!(report.results().iter().any(|r| r.outcome().still_running));
    check("what a model reads", &read_by_a_model(&report));
    check("an explanation", &explained(&report));
    let read: Report = serde_json::from_str(&serde_json::to_string(&report).unwrap()).unwrap();
    check("one of a report that was read", &explained(&read));
    let ids = report.results().iter().filter_map(ToolResult::error_id);
    check("ids", &ids.collect::<String>());
    #[cfg(feature = "tracing")]
    check("the log", &crate::recorder::all());
}

/// Sources, states and panics stand in no stored report either; what an error says itself does, for the program that reads it again.
#[test]
fn what_only_the_program_knows_is_not_stored() {
    let report = support::threads(2).block_on(async {
        let ways = WAYS.iter().enumerate();
        let hidden = ways.filter(|(_, way)| **way == "source" || way.starts_with("panic"));
        let calls: Vec<_> = hidden.map(|(n, way)| goes("go", n, way)).collect();
        toolbox().bind(App { password: SECRET }).run(calls).await
    });
    check("what is stored", &serde_json::to_string(&report).unwrap());
}

/// What leaves only where the program asks for it; so the canaries are where they are looked for.
#[test]
fn each_canary_is_there_to_be_seen() {
    use tool_runtime::Redaction;
    use tool_runtime::batch::ErrorDetail;

    let policy = Policy::default().error_detail(ErrorDetail::Sources);
    let builder = Toolbox::<App>::builder().tools(tools![go]);
    let toolbox = builder.redact(Redaction::none()).build().unwrap();
    let desk = toolbox.bind(App { password: SECRET }).with(policy).unwrap();
    let seen = WAYS.iter().filter(|way| **way != "panic with payload");
    for way in seen {
        let report = support::threads(2).block_on(desk.run([goes("go", 0, way)]));
        assert!(report.results()[0].text().contains(SECRET), "{way}");
    }
}
