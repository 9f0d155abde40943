//! A desk whose tools answer with what the test wrote down, and conversations at it in every dialect.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};
use tool_runtime::dialect::{
    Anthropic, Bedrock, Gemini, Message, Mistral, Ollama, OpenAiChat, OpenAiResponses,
    StreamingDialect,
};
use tool_runtime::testing::{Reply, ScriptedModel};
use tool_runtime::{Bound, Report, ToolError, Toolbox, tool, tools};

/// What a call answers, by its number.
#[derive(Default)]
pub(crate) struct Answers(pub(crate) BTreeMap<u64, String>);

impl Answers {
    async fn of(&self, number: u64) -> Result<String, ToolError> {
        tokio::time::sleep(Duration::from_millis(100)).await;
        match self.0.get(&number).map(String::as_str) {
            Some("fails") => Err(ToolError::new("It is closed.")),
            Some(answer) => Ok(answer.to_owned()),
            None => Ok("ok".to_owned()),
        }
    }
}

/// Look at a shelf.
#[tool(reads("shelf:{shelf}"))]
pub(crate) async fn look(
    /// Which shelf.
    shelf: String,
    /// The call's number.
    number: u64,
    /// What for.
    note: Option<String>,
    #[state] answers: &Answers,
) -> Result<String, ToolError> {
    let _ = (shelf, note);
    answers.of(number).await
}

/// Put something on a shelf.
#[tool(writes("shelf:{shelf}"))]
pub(crate) async fn put(
    /// Which shelf.
    shelf: String,
    /// The call's number.
    number: u64,
    /// What it is.
    note: Option<String>,
    #[state] answers: &Answers,
) -> Result<String, ToolError> {
    let _ = (shelf, note);
    answers.of(number).await
}

/// Add up.
#[tool(pure)]
pub(crate) async fn sum(
    /// The call's number.
    number: u64,
    /// What.
    note: Option<String>,
    #[state] answers: &Answers,
) -> Result<String, ToolError> {
    let _ = note;
    answers.of(number).await
}

/// Ring the bell.
#[tool]
pub(crate) async fn ring(
    /// The call's number.
    number: u64,
    /// How.
    note: Option<String>,
    #[state] answers: &Answers,
) -> Result<String, ToolError> {
    let _ = note;
    answers.of(number).await
}

/// Count everything.
#[tool(exclusive)]
pub(crate) async fn count_all(
    /// The call's number.
    number: u64,
    /// Why.
    note: Option<String>,
    #[state] answers: &Answers,
) -> Result<String, ToolError> {
    let _ = note;
    answers.of(number).await
}

/// Throw a shelf away.
#[tool(writes("shelf:{shelf}"), destructive)]
pub(crate) async fn throw_away(
    /// Which shelf.
    shelf: String,
    /// The call's number.
    number: u64,
    /// Why.
    note: Option<String>,
    #[state] answers: &Answers,
) -> Result<String, ToolError> {
    let _ = (shelf, note);
    answers.of(number).await
}

pub(crate) fn toolbox() -> Toolbox<Answers> {
    let tools = tools![look, put, sum, ring, count_all, throw_away];
    let toolbox = Toolbox::<Answers>::builder().tools(tools).build();
    toolbox.expect("a toolbox")
}

/// What is said in a conversation.
#[derive(Clone, Debug)]
pub(crate) enum Said {
    User(String),
    Calls(Vec<(&'static str, Value)>),
    Answer(String),
}

pub(crate) const DIALECTS: [&dyn StreamingDialect; 7] = [
    &OpenAiChat,
    &OpenAiResponses,
    &Anthropic,
    &Gemini,
    &Bedrock,
    &Mistral,
    &Ollama,
];

/// A message of the user's, after the types of the providers' SDKs.
fn user(dialect: &dyn StreamingDialect, text: &str) -> Message {
    let message = match dialect.name() {
        "Gemini" => json!({"role": "user", "parts": [{"text": text}]}),
        "Bedrock Converse" => json!({"role": "user", "content": [{"text": text}]}),
        _ => json!({"role": "user", "content": text}),
    };
    message.into()
}

/// The history of the conversation at a provider, and the reports of its turns.
pub(crate) async fn held(
    desk: &Bound<Answers>,
    dialect: &dyn StreamingDialect,
    said: &[Said],
) -> (Vec<Message>, Vec<Report>) {
    let replies = said.iter().filter_map(|said| match said {
        Said::User(_) => None,
        Said::Answer(text) => Some(Reply::new().text(text)),
        Said::Calls(calls) => Some(calls.iter().fold(Reply::new(), |reply, (name, arguments)| {
            reply.call(*name, arguments)
        })),
    });
    let model = replies.fold(ScriptedModel::new(dialect), ScriptedModel::turn);
    let (mut history, mut reports) = (Vec::new(), Vec::new());
    for said in said {
        if let Said::User(text) = said {
            history.push(user(dialect, text));
            continue;
        }
        let turn = dialect.decode(&model.respond(&history)).expect("a turn");
        history.extend(turn.messages());
        if !turn.calls().is_empty() {
            let report = desk.run(turn.calls()).await;
            history.extend(dialect.encode(&report));
            reports.push(report);
        }
    }
    model.finished();
    (history, reports)
}

pub(crate) fn runtime() -> tokio::runtime::Runtime {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    let runtime = builder.enable_time().start_paused(true).build();
    runtime.expect("a runtime")
}
