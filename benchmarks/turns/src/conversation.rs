//! A whole run: the desk's conversation with a scripted model, request by request, as a program holds it.

use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde_json::json;
use tokio::time::{Instant, sleep};
use tool_runtime::dialect::{Anthropic, Message, RequestFields, RequestSettings};
use tool_runtime::testing::{Reply, ScriptedModel};
use tool_runtime::turns::Conversation;
use tool_runtime::{BatchTool, Bound, Manifest, Policy, ToolResult, Toolbox, TurnStats};

use crate::desk::{Changed, Desk, toolbox};
use crate::model::{Speed, tokens};
use crate::script::{Question, Run, Said, in_one_call, one_call_a_turn};

const SYSTEM: &str = "You help the people at the customer desk of a small company. Look things up before you answer; never guess \
    numbers. Ask for all that you need and that does not depend on each other in one turn. Change nothing that you were not asked to change, \
    and read back what you have changed. Answer in a few sentences, with the numbers of customers, orders and tickets.";

/// What stands round what a model has written.
const ENVELOPE: &str = r#"{"role":"assistant","content":[]}"#;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Several calls a turn, in parallel.
    Parallel,
    /// The same turns, their calls one by one.
    OneByOne,
    /// A turn for each call; the model is asked again after each.
    OneCallATurn,
    /// The same with a batch tool: the calls of a turn are in one call.
    BatchTool,
    /// The same, and what follows from results of a turn is in its call too, with references to them.
    References,
}

impl Way {
    pub const ALL: [Self; 3] = [Self::Parallel, Self::OneByOne, Self::OneCallATurn];

    /// Those of a model that makes one call a turn.
    pub const ONE_CALL: [Self; 3] = [Self::OneCallATurn, Self::BatchTool, Self::References];

    pub fn name(self) -> &'static str {
        match self {
            Self::Parallel => "**parallel**",
            Self::OneByOne => "the same turns one by one",
            Self::OneCallATurn => "one call a turn",
            Self::BatchTool => "**with a batch tool**",
            Self::References => "**and references**",
        }
    }
}

/// What a run took.
#[derive(Debug)]
pub struct Ran {
    pub wall: Duration,
    /// Each request, in order.
    pub turns: Vec<Turn>,
    /// What is found of its turns.
    pub stats: TurnStats,
    /// What the model read of its calls, in their order.
    results: Vec<String>,
    changed: Changed,
}

/// One request, and what came of it.
#[derive(Clone, Copy, Debug)]
pub struct Turn {
    pub calls: usize,
    pub writes: bool,
    /// The bytes of the request, history and tools and all.
    pub sent: usize,
    /// The bytes of what the model wrote: text and calls.
    pub written: usize,
    pub model: Duration,
    pub tools: Duration,
}

impl Ran {
    pub fn sum(&self, of: impl Fn(&Turn) -> usize) -> usize {
        self.turns.iter().map(of).sum()
    }

    pub fn model(&self) -> Duration {
        self.turns.iter().map(|turn| turn.model).sum()
    }

    pub fn tools(&self) -> Duration {
        self.turns.iter().map(|turn| turn.tools).sum()
    }

    /// Which part of the other's time is not needed.
    pub fn saves(&self, other: &Self) -> f64 {
        1.0 - self.wall.as_secs_f64() / other.wall.as_secs_f64()
    }

    /// Panics unless every call had the same result, and the same has changed: else the times say nothing.
    pub fn is_as(&self, other: &Self) {
        assert_eq!(self.results, other.results, "results");
        assert_eq!(self.changed, other.changed, "what was changed");
    }
}

/// A request as Anthropic's API takes it.
#[derive(Serialize)]
struct Request<'a> {
    model: &'static str,
    max_tokens: u32,
    system: &'static str,
    tools: &'a Manifest,
    #[serde(flatten)]
    settings: &'a RequestFields,
    messages: &'a [Message],
}

/// The program that holds the conversation.
struct Program {
    model: ScriptedModel,
    speed: Speed,
    desk: Bound<Desk>,
    manifest: Manifest,
    settings: RequestFields,
    history: Vec<Message>,
    turns: Vec<Turn>,
    results: Vec<String>,
    /// What was said, with the reports of its turns.
    conversation: Conversation,
    begun: Instant,
}

/// Asks all questions of a run; tools take about `unit`.
pub async fn converse(run: Run, way: Way, speed: Speed, unit: Duration) -> Ran {
    let questions = match way {
        Way::OneCallATurn => one_call_a_turn(run.questions()),
        Way::BatchTool => in_one_call(run.questions(), false),
        Way::References => in_one_call(run.questions(), true),
        Way::Parallel | Way::OneByOne => run.questions(),
    };
    let desk = Arc::new(Desk::new(unit));
    let mut program = Program::new(&questions, way, speed, &desk);
    let begun = program.begun;
    for question in questions {
        let asked = json!({"role": "user", "content": question.asked});
        program.history.push(asked.into());
        program.conversation = program.conversation.user(question.asked);
        while program.turn().await {}
    }
    let wall = begun.elapsed();
    let Program {
        model,
        turns,
        results,
        history,
        conversation,
        ..
    } = program;
    model.finished();
    let stats = toolbox().turn_stats(&conversation);
    // A history has no times, and the same turns.
    let read = toolbox().turn_stats(&Anthropic.conversation(&history));
    // What a batch tool has called stands in reports alone.
    if !matches!(way, Way::BatchTool | Way::References) {
        assert_eq!(read.turns, stats.turns, "what a history says");
    }
    Ran {
        wall,
        turns,
        stats,
        results,
        changed: desk.changed(),
    }
}

impl Program {
    fn new(questions: &[Question], way: Way, speed: Speed, desk: &Arc<Desk>) -> Self {
        let toolbox = toolbox_of(way);
        let most = if way == Way::OneByOne { 1 } else { 64 };
        let policy = Policy::default().max_concurrency(most);
        let asks_for_one = RequestSettings::default().parallel(false);
        let settings = match way {
            Way::OneCallATurn | Way::BatchTool | Way::References => {
                toolbox.request_fields(Anthropic, &asks_for_one)
            }
            Way::Parallel | Way::OneByOne => Ok(RequestFields::default()),
        };
        let bound = toolbox.bind(Arc::clone(desk)).with(policy);
        Self {
            model: scripted(questions),
            speed,
            desk: bound.expect("a policy"),
            manifest: toolbox.manifest(Anthropic).expect("a manifest"),
            settings: settings.expect("settings"),
            history: Vec::new(),
            turns: Vec::new(),
            results: Vec::new(),
            conversation: Conversation::new(),
            begun: Instant::now(),
        }
    }

    /// One turn: a request, what the model says, and its calls. Whether there is to be another, since there were calls.
    async fn turn(&mut self) -> bool {
        let sent = self.request_bytes();
        let body = self.model.respond(&self.history);
        let answered = Anthropic.decode(body).expect("a turn");
        let before = self.history.len();
        self.history.extend(answered.messages());
        let said = self.history[before..].iter();
        let written = said
            .map(|message| message.as_str().len() - ENVELOPE.len())
            .sum();
        let model = self.speed.time(tokens(written));
        sleep(model).await;
        let begun = Instant::now();
        let calls = answered.calls();
        let report = self.desk.run(calls).await;
        if !calls.is_empty() {
            let conversation = std::mem::take(&mut self.conversation);
            self.conversation = conversation.report_at(begun - self.begun, &report);
        }
        let made: usize = report.results().iter().map(calls_in).sum();
        self.turns.push(Turn {
            calls: made,
            writes: calls.iter().any(|call| writes(call.name())),
            sent,
            written,
            model,
            tools: begun.elapsed(),
        });
        for result in report.results() {
            let steps = result.steps().map(|steps| steps.results());
            for result in steps.unwrap_or(std::slice::from_ref(result)) {
                assert!(!result.is_error(), "{}", result.text());
                self.results.push(result.text().to_owned());
            }
        }
        self.history.extend(Anthropic.encode(&report));
        !calls.is_empty()
    }

    fn request_bytes(&self) -> usize {
        let request = Request {
            model: "scripted",
            max_tokens: 4_096,
            system: SYSTEM,
            tools: &self.manifest,
            settings: &self.settings,
            messages: &self.history,
        };
        serde_json::to_string(&request).expect("a request").len()
    }
}

/// The tools, and what calls several of them where that is the way.
fn toolbox_of(way: Way) -> Toolbox<Desk> {
    let toolbox = toolbox();
    let with = |tool| toolbox.with_batch_tool(tool).expect("a batch tool");
    match way {
        Way::BatchTool => with(BatchTool::new()),
        Way::References => with(BatchTool::new().references(true)),
        Way::Parallel | Way::OneByOne | Way::OneCallATurn => toolbox.clone(),
    }
}

fn calls_in(result: &ToolResult) -> usize {
    result.steps().map_or(1, |steps| steps.results().len())
}

fn writes(tool: &str) -> bool {
    ["add_note", "set_address", "refund_order"].contains(&tool)
}

fn scripted(questions: &[Question]) -> ScriptedModel {
    let turns = questions.iter().flat_map(|question| &question.turns);
    turns.fold(ScriptedModel::new(Anthropic), |model, said| {
        model.turn(reply(said))
    })
}

fn reply(said: &Said) -> Reply {
    let reply = match said.text {
        "" => Reply::new(),
        text => Reply::new().text(text),
    };
    let calls = said.calls.iter();
    calls.fold(reply, |reply, (name, arguments)| {
        reply.call(*name, arguments)
    })
}
