//! A conversation as far as its turns are looked at: who said what, what was called and what came back.

use std::time::Duration;

use super::flow::texts;
use crate::report::ToolResult;
use crate::{Report, ToolCall};

/// A conversation, from a provider's history or from reports, for [`Toolbox::turn_stats`](crate::Toolbox::turn_stats).
///
/// Of a history every dialect makes one, as in `Anthropic.conversation(&history)`. Of reports it is put
/// together, one turn after the other:
///
/// ```
/// use tool_runtime::turns::Conversation;
/// use tool_runtime::{ToolCall, Toolbox, tool, tools};
///
/// /// Look up a customer.
/// #[tool(reads("customer:{id}"))]
/// async fn get_customer(/** The number. */ id: u64) -> String { format!("Customer {id}") }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let toolbox = Toolbox::new(tools![get_customer])?;
/// let first = toolbox.run([ToolCall::new("1", "get_customer", r#"{"id": 7}"#)]).await;
/// let second = toolbox.run([ToolCall::new("2", "get_customer", r#"{"id": 8}"#)]).await;
///
/// let conversation = Conversation::new().user("Compare 7 and 8.").report(&first).report(&second);
/// let stats = toolbox.turn_stats(&conversation);
/// assert_eq!(stats.merges(), [0..2]);
/// # Ok(()) }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct Conversation {
    pub(super) steps: Vec<Step>,
}

/// What comes after one another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Somebody but the model and the tools speaks, and what comes after is an answer to that.
    User(String),
    /// What the model reads or writes beside.
    Text { text: String, is_models: bool },
    /// Calls, and what came of them.
    Turn(Exchanged),
}

/// A turn with calls.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Exchanged {
    /// What the model wrote.
    pub(crate) text: String,
    /// The calls, each with its result, if there is one.
    pub(crate) calls: Vec<(ToolCall, Option<Answered>)>,
    pub(super) times: Option<Took>,
}

impl Exchanged {
    /// A turn of a history, where nobody knows how long anything took.
    pub(crate) fn new(text: String, calls: Vec<(ToolCall, Option<Answered>)>) -> Self {
        Self {
            text,
            calls,
            times: None,
        }
    }
}

/// The result of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answered {
    /// All that is in it.
    pub(crate) text: String,
    pub(crate) is_error: bool,
}

/// How long a batch took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Took {
    pub(super) began: Option<Duration>,
    pub(super) wall: Duration,
    pub(super) one_by_one: Duration,
}

impl Conversation {
    /// One without turns.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same, and then the user says something, or whoever speaks for the user: no turn behind could have been one with a turn
    /// before.
    pub fn user(mut self, text: impl Into<String>) -> Self {
        self.steps.push(Step::User(text.into()));
        self
    }

    /// The same, and then the model reads something that is neither the user's nor a result: the system prompt, say, which most
    /// histories do not have. What stands in it was known from there on.
    pub fn context(mut self, text: impl Into<String>) -> Self {
        self.push_text(text.into(), false);
        self
    }

    /// The same, and then a turn of which this is the report.
    pub fn report(self, report: &Report) -> Self {
        self.with_report(report, None)
    }

    /// The same with the moment at which the batch began, measured from any moment that is the same for all reports. What lies
    /// between the end of one batch and the beginning of the next is then told as the model's.
    pub fn report_at(self, began: Duration, report: &Report) -> Self {
        self.with_report(report, Some(began))
    }

    fn with_report(mut self, report: &Report, began: Option<Duration>) -> Self {
        let calls = report.results().iter();
        let calls = calls.map(|result| (result.call().clone(), Some(Answered::of(result))));
        self.push_turn(Exchanged {
            text: String::new(),
            calls: calls.collect(),
            times: Some(Took {
                began,
                wall: report.wall(),
                one_by_one: report.one_by_one(),
            }),
        });
        self
    }

    pub(crate) fn push_user(&mut self, text: String) {
        self.steps.push(Step::User(text));
    }

    pub(crate) fn push_text(&mut self, text: String, is_models: bool) {
        self.steps.push(Step::Text { text, is_models });
    }

    /// A turn with calls; one without is nobody's.
    pub(crate) fn push_turn(&mut self, turn: Exchanged) {
        if !turn.calls.is_empty() {
            self.steps.push(Step::Turn(turn));
        }
    }
}

impl Answered {
    fn of(result: &ToolResult) -> Self {
        Self {
            text: texts(result.text()),
            is_error: result.is_error(),
        }
    }
}
