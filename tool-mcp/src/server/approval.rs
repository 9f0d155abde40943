//! Calls that need approval: the client asks whoever sits before it.
//!
//! An approver decides on a task of its own, and rmcp knows what a question belongs to only on the task that answers the request. So the
//! approver sends its question there, and whoever answers the request asks: by `elicitation/create`, or from the revision 2026-07-28 on by
//! a result that says what is missing, after which the client makes the same request once more with the answer.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use hmac_sha256::HMAC;
use rmcp::RoleServer;
use rmcp::model::{
    CallToolRequestParams, ElicitRequest, ElicitRequestParams, ElicitResult, ElicitationAction,
    ElicitationSchema, InputRequest, InputRequiredResult,
};
use rmcp::service::RequestContext;
use serde_json::Value;
use tokio::sync::{mpsc, oneshot};
use tool_runtime::approval::{ApprovalRequest, Approver, DecisionFuture};

/// More than this nobody reads before saying yes.
const MOST_SHOWN: usize = 16 * 1024;
/// The name of the only question of a call.
const QUESTION: &str = "approval";

/// How a client is asked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// By a request of ours.
    Request,
    /// By an answer that asks.
    Answer,
}

/// How the client of a request can be asked, if it can.
pub(super) fn way(context: &RequestContext<RoleServer>) -> Option<Way> {
    let elicitation = context.client_capabilities()?.elicitation?;
    // Of who says neither, forms are meant: the older revisions have nothing else.
    let has_forms = elicitation.form.is_some() || elicitation.url.is_none();
    let by_request = context
        .protocol_version()
        .is_none_or(|version| version.has_initialize());
    has_forms.then_some(match by_request {
        true => Way::Request,
        false => Way::Answer,
    })
}

/// An approver that has its questions asked by whoever answers the request.
pub(super) struct AskClient(pub(super) mpsc::Sender<Question>);

/// What is to be asked, and where the answer goes.
pub(super) struct Question {
    pub(super) tool: String,
    pub(super) arguments: String,
    pub(super) answer: oneshot::Sender<Answer>,
}

/// What was answered.
pub(super) enum Answer {
    Yes,
    No(&'static str),
}

impl Approver for AskClient {
    fn decide(&self, request: ApprovalRequest) -> DecisionFuture {
        let questions = self.0.clone();
        Box::pin(async move {
            if request.arguments().len() > MOST_SHOWN {
                return Ok(request.deny("its arguments are too long to be shown to anybody."));
            }
            let (answer, answered) = oneshot::channel();
            let question = Question {
                tool: request.definition().name().to_owned(),
                arguments: request.arguments().to_owned(),
                answer,
            };
            questions.send(question).await?;
            Ok(match answered.await? {
                Answer::Yes => request.approve(),
                Answer::No(reason) => request.deny(reason),
            })
        })
    }
}

impl Question {
    /// The form: all that there is to know, and nothing to fill in.
    pub(super) fn form(&self) -> ElicitRequestParams {
        ElicitRequestParams::FormElicitationParams {
            meta: None,
            message: format!(
                "Allow the tool `{}` to be called with these arguments?\n{}",
                self.tool,
                shown(&self.arguments)
            ),
            requested_schema: ElicitationSchema::new(BTreeMap::new()),
        }
    }

    /// What the client of a revision without requests of ours has answered when it made the request again, if it is to this question.
    pub(super) fn answered(&self, params: &CallToolRequestParams, key: &Key) -> Option<Answer> {
        let given = params.input_responses.as_ref()?.get(QUESTION)?;
        let state = params.request_state.as_deref()?;
        if state != key.state(&self.tool, &self.arguments) {
            return None;
        }
        let given: ElicitResult = serde_json::from_value(given.clone()).ok()?;
        Some(answer(&given))
    }

    /// The result that asks.
    pub(super) fn result(&self, key: &Key) -> InputRequiredResult {
        let question = InputRequest::Elicitation(ElicitRequest::new(self.form()));
        InputRequiredResult::new(
            Some([(QUESTION.to_owned(), question)].into()),
            Some(key.state(&self.tool, &self.arguments)),
        )
    }
}

/// What the user's answer means.
pub(super) fn answer(result: &ElicitResult) -> Answer {
    match result.action {
        ElicitationAction::Accept => Answer::Yes,
        ElicitationAction::Decline => Answer::No("the user said no."),
        // Also what a later revision may add.
        _ => Answer::No("the user closed the question without an answer."),
    }
}

/// The arguments without what would show something else than there is: characters that are not seen, and those that turn the direction.
fn shown(arguments: &str) -> String {
    let mut shown = String::with_capacity(arguments.len());
    for character in arguments.chars() {
        if is_hidden(character) {
            let _ = write!(shown, "\\u{{{:x}}}", u32::from(character));
        } else {
            shown.push(character);
        }
    }
    shown
}

fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// With what the server knows its own questions again.
#[derive(Clone)]
pub(super) struct Key([u8; 32]);

impl Key {
    pub(super) fn new(key: [u8; 32]) -> Self {
        Self(key)
    }

    /// One that no other process has.
    pub(super) fn random() -> Self {
        use std::hash::{BuildHasher as _, RandomState};
        let mut key = [0; 32];
        for part in key.chunks_exact_mut(8) {
            part.copy_from_slice(&RandomState::new().hash_one(0).to_le_bytes());
        }
        Self(key)
    }

    /// What comes back with an answer: it is for this tool with these arguments, and for no other call.
    fn state(&self, tool: &str, arguments: &str) -> String {
        // The client may write the same arguments in another way the second time.
        let arguments: Value = serde_json::from_str(arguments).unwrap_or_default();
        let call = Value::from(vec![tool.into(), arguments]).to_string();
        let mut state = String::with_capacity(64);
        for byte in HMAC::mac(call.as_bytes(), self.0.as_slice()) {
            let _ = write!(state, "{byte:02x}");
        }
        state
    }
}
