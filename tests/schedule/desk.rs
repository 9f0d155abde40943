//! Tools for named cases: what they declare differs, what they do they are told. A batch is a few short texts.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value};
use support::{Probe, nothing_is_left};
use tokio::runtime::{Builder, Runtime};
use tokio::time::{Instant, sleep, sleep_until};
use tool_runtime::{
    Bound, CallContext, Ending, Policy, Progress, Report, ToolCall, ToolError, ToolResult, Toolbox,
    tool, tools,
};

/// Takes 10 ms or as long as it is told, and does as it is told.
async fn work(
    ms: Option<u64>,
    does: Option<&str>,
    probe: &Probe,
    context: &CallContext,
) -> Result<&'static str, ToolError> {
    let _alive = probe.enter();
    if does == Some("polite") {
        context.cancellation().cancelled().await;
        return Ok("cleaned up");
    }
    if does == Some("tell") {
        let steps = ms.unwrap_or(10);
        for done in 1..=steps {
            sleep(ms_of(1)).await;
            context.progress(Progress::new(done as f64).of(steps as f64));
        }
        return Ok("told");
    }
    sleep(ms_of(ms.unwrap_or(10))).await;
    match does {
        None => Ok("done"),
        Some("fail") => Err(ToolError::new("no luck")),
        Some("panic") => panic!("as it was told"),
        Some("hang") => std::future::pending().await,
        Some(other) => unreachable!("{other}"),
    }
}

macro_rules! desk {
    ($($tool:ident ($($effects:tt)*))*) => {
        $(
            /// Does as it is told.
            #[tool($($effects)*)]
            async fn $tool(
                /// A path.
                path: Option<String>,
                /// Another.
                to: Option<String>,
                /// An id.
                id: Option<String>,
                /// How long it takes.
                ms: Option<u64>,
                /// What it does.
                does: Option<String>,
                #[state] probe: &Probe,
                #[context] context: &CallContext,
            ) -> Result<&'static str, ToolError> {
                let _ = (path, to, id);
                work(ms, does.as_deref(), probe, context).await
            }
        )*

        pub(crate) fn toolbox() -> Toolbox<Probe> {
            let tools = tools![$($tool,)* stuck, stuck_look, stuck_booked, stuck_all];
            Toolbox::builder().tools(tools).build().expect("tools")
        }
    };
}

desk! {
    list(reads("fs:{path/}"))
    create(writes("fs:{path/}"))
    copy(reads("fs:{path/}"), writes("fs:{to/}"))
    look(reads("account:{id}"))
    change(writes("account:{id}"))
    everything(exclusive)
    echo(pure)
    plain()
    destroy(destructive)
    booked(exclusive = "g")
    hosted(exclusive = "h")
}

/// Keeps its thread until the test lets go.
#[tool(writes("fs:{path/}"))]
fn stuck(
    /// A path.
    path: String,
    #[state] probe: &Probe,
) {
    let _ = path;
    let _alive = probe.enter();
    probe.spin();
}

/// Keeps its thread until the test lets go.
#[tool(reads("fs:{path/}"))]
fn stuck_look(
    /// A path.
    path: String,
    #[state] probe: &Probe,
) {
    let _ = path;
    let _alive = probe.enter();
    probe.spin();
}

/// Keeps its thread until the test lets go.
#[tool(exclusive = "g")]
fn stuck_booked(#[state] probe: &Probe) {
    let _alive = probe.enter();
    probe.spin();
}

/// Keeps its thread until the test lets go.
#[tool(exclusive)]
fn stuck_all(#[state] probe: &Probe) {
    let _alive = probe.enter();
    probe.spin();
}

/// The toolbox, a binding under this policy, and the state.
pub(crate) fn desk(policy: Policy) -> (Toolbox<Probe>, Bound<Probe>, Arc<Probe>) {
    let (toolbox, state) = (toolbox(), Arc::new(Probe::default()));
    let bound = toolbox
        .bind(Arc::clone(&state))
        .with(policy)
        .expect("a policy that can be kept");
    (toolbox, bound, state)
}

/// `create path=src/a.rs ms=20` as a call.
pub(crate) fn call(text: &str) -> ToolCall {
    let mut words = text.split(' ');
    let name = words.next().unwrap_or_default();
    let arguments = words.map(|word| {
        let (name, value) = word.split_once('=').expect("an argument");
        let number = value
            .parse::<u64>()
            .ok()
            .filter(|_| name == "ms")
            .map(Value::from);
        (name.to_owned(), number.unwrap_or_else(|| value.into()))
    });
    let arguments = Value::Object(arguments.collect::<Map<_, _>>());
    ToolCall::new("", name, arguments.to_string())
}

pub(crate) fn calls(texts: &[&str]) -> Vec<ToolCall> {
    texts.iter().map(|text| call(text)).collect()
}

pub(crate) fn ms_of(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

/// A runtime on one thread whose clock is paused.
pub(crate) fn paused() -> Runtime {
    Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .expect("a thread")
}

/// `0..10 ok`, `- skipped 0`: when a call ran, in milliseconds, and how it ended.
pub(crate) fn told(result: &ToolResult) -> String {
    let span = match result.span() {
        Some(span) => format!(
            "{}..{}",
            span.started.as_millis(),
            span.finished.as_millis()
        ),
        None => "-".to_owned(),
    };
    match result.outcome().ending {
        Ending::Skipped { because } => format!("{span} skipped {because}"),
        ending => format!("{span} {ending}"),
    }
}

pub(crate) fn all_told(report: &Report) -> Vec<String> {
    report.results().iter().map(told).collect()
}

/// Runs calls; `@5 cancel 1` cancels one after 5 ms, `@5 list path=a` pushes one then.
pub(crate) async fn run(desk: &Bound<Probe>, script: &[&str]) -> Report {
    let (later, first): (Vec<&str>, Vec<&str>) =
        script.iter().partition(|text| text.starts_with('@'));
    if later.is_empty() {
        return desk.run(calls(&first)).await;
    }
    let (batch, begun) = (desk.start(), Instant::now());
    for text in first {
        batch.push(call(text));
    }
    for text in later {
        let (at, what) = text[1..].split_once(' ').expect("a time");
        sleep_until(begun + ms_of(at.parse().expect("milliseconds"))).await;
        match what.strip_prefix("cancel ") {
            Some(index) => batch.cancel(index.parse().expect("an index")),
            None => drop(batch.push(call(what))),
        }
    }
    batch.finish().await
}

/// Runs calls on a paused clock, holds what came of each against `expected`, and sees to it that nothing is left.
#[track_caller]
pub(crate) fn check(policy: Policy, script: &[&str], expected: &[&str]) -> Report {
    let (toolbox, desk, state) = desk(policy);
    let (report, left) = paused().block_on(async {
        let report = run(&desk, script).await;
        drop(desk);
        let again = calls(&["everything", "plain", "booked", "create path=a"]);
        let left = nothing_is_left(&toolbox, &state, 1, again).await;
        (report, left)
    });
    assert_eq!(all_told(&report), expected, "{script:?}");
    assert_eq!(left, Ok(()), "{script:?}");
    assert_eq!(state.alive(), 0);
    report
}
