//! Batches of every kind, each made of a seed, and checked: one result per call, in order, under the call's own id.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::time::Duration;

use fastrand::Rng;
use tokio::time::{sleep, timeout};
use tokio_stream::StreamExt;
use tokio_util::sync::CancellationToken;
use tool_runtime::approval::{self, ApprovalRequest};
use tool_runtime::batch::{OnFailure, Progressed, SuspendedBatch};
use tool_runtime::dialect::OpenAiChat;
use tool_runtime::{Bound, Policy, Report, ToolCall};

use crate::tools::{FAULTS, TOOLS, World};

/// What was done, for the table at the end.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) batches: BTreeMap<&'static str, u64>,
    pub(crate) calls: u64,
    pub(crate) faults: u64,
    pub(crate) endings: BTreeMap<&'static str, u64>,
}

impl Tally {
    pub(crate) fn add(&mut self, other: Self) {
        for (kind, count) in other.batches {
            *self.batches.entry(kind).or_default() += count;
        }
        for (code, count) in other.endings {
            *self.endings.entry(code).or_default() += count;
        }
        self.calls += other.calls;
        self.faults += other.faults;
    }
}

pub(crate) const KINDS: [&str; 11] = [
    "whole",
    "pushed",
    "dropped",
    "short of time",
    "suspended",
    "in a scope",
    "streamed",
    "cancelled",
    "approved",
    "shared",
    "watched",
];

const KEY: [u8; 32] = *b"a key of the soak and no others.";

/// No batch takes longer: its own time is a second.
const MOST: Duration = Duration::from_secs(20);

pub(crate) async fn one(
    desk: &Bound<World>,
    policy: &Policy,
    rng: &mut Rng,
    tally: &mut Tally,
) -> Result<(), String> {
    let kind = KINDS[rng.usize(..KINDS.len())];
    let calls: Vec<ToolCall> = (0..rng.usize(0..24))
        .map(|index| call(index, rng, tally))
        .collect();
    *tally.batches.entry(kind).or_default() += 1;
    tally.calls += calls.len() as u64;
    let report = timeout(MOST, run(kind, desk, policy, &calls, rng))
        .await
        .map_err(|_| format!("a batch of the kind `{kind}` does not end: {calls:?}"))?;
    match report {
        Some(report) => check(kind, &calls, &report, tally),
        None => Ok(()),
    }
}

fn call(index: usize, rng: &mut Rng, tally: &mut Tally) -> ToolCall {
    // Some ids are empty, some are there twice, some tools are not there and some arguments are none.
    let id = ["", "same", &format!("call_{index}")][rng.usize(..3)].to_owned();
    let mut name = TOOLS[rng.usize(..TOOLS.len())];
    let how = match rng.u8(..3) {
        0 => {
            tally.faults += 1;
            format!("\"{}\"", FAULTS[rng.usize(..FAULTS.len())])
        }
        _ => "null".to_owned(),
    };
    let (a, b, ms) = (rng.u8(..8), rng.u8(..8), rng.u8(..4));
    let mut arguments = format!(r#"{{"a": {a}, "b": {b}, "how": {how}, "ms": {ms}}}"#);
    match rng.u8(..40) {
        0 => name = "nobody",
        1 => arguments.truncate(rng.usize(..arguments.len())),
        2 => arguments = r#"{"a": "x", "c": []}"#.to_owned(),
        _ => return ToolCall::new(id, name, arguments),
    }
    tally.faults += 1;
    ToolCall::new(id, name, arguments)
}

async fn run(
    kind: &str,
    desk: &Bound<World>,
    policy: &Policy,
    calls: &[ToolCall],
    rng: &mut Rng,
) -> Option<Report> {
    let desk = desk.clone();
    let with = |policy: Policy| desk.clone().with(policy).expect("the policy can be kept");
    Some(match kind {
        "pushed" => pushed(&desk, calls, rng).await,
        "dropped" => {
            let moment = Duration::from_micros(rng.u64(..6000));
            let on_failure = [
                OnFailure::Isolate,
                OnFailure::SkipDependents,
                OnFailure::StopAll,
            ];
            let desk = with(policy.clone().on_failure(on_failure[rng.usize(..3)]));
            timeout(moment, desk.run(calls)).await.ok()?
        }
        "short of time" => {
            let time = Duration::from_millis(rng.u64(1..20));
            with(policy.clone().batch_timeout(time)).run(calls).await
        }
        "suspended" => suspended(&desk, calls, rng).await,
        "in a scope" => {
            let scope = ["one", "two"][rng.usize(..2)];
            desk.order_across_batches(scope).run(calls).await
        }
        "streamed" => streamed(&desk, calls, rng).await?,
        "cancelled" => {
            let token = CancellationToken::new();
            let run = desk.cancelled_by(token.clone()).run(calls);
            let moment = Duration::from_micros(rng.u64(..6000));
            let cancel = async {
                sleep(moment).await;
                token.cancel();
            };
            tokio::join!(run, cancel).0
        }
        "approved" => {
            let seed = rng.u64(..);
            let approver = approval::by(move |request: ApprovalRequest| async move {
                sleep(Duration::from_millis(seed % 4)).await;
                match (seed as usize + request.index()) % 5 {
                    0 => Err("nobody is there".into()),
                    1 => Ok(request.deny("The owner said no.")),
                    2 => std::future::pending().await,
                    _ => Ok(request.approve()),
                }
            });
            desk.approved_by(approver).run(calls).await
        }
        "shared" => with(policy.clone().coalesce(true)).run(calls).await,
        "watched" => {
            let batch = desk.start();
            let events = batch.events();
            for call in calls {
                batch.push(call.clone());
            }
            // Some are not read to their end.
            let watch = tokio::spawn(events.take(rng.usize(..40)).fold(0, |sum, _| sum + 1));
            let report = batch.finish().await;
            watch.await.expect("it does not panic");
            report
        }
        _ => desk.run(calls).await,
    })
}

async fn pushed(desk: &Bound<World>, calls: &[ToolCall], rng: &mut Rng) -> Report {
    let batch = desk.start();
    for call in calls {
        batch.push(call.clone());
        if rng.u8(..4) == 0 {
            sleep(Duration::from_micros(rng.u64(..3000))).await;
        }
        if rng.u8(..6) == 0 {
            batch.cancel(rng.usize(..calls.len()));
        }
    }
    batch.finish().await
}

/// Suspends, stores, reads and goes on until all is decided; sometimes a decision is put off.
async fn suspended(desk: &Bound<World>, calls: &[ToolCall], rng: &mut Rng) -> Report {
    let mut progressed = desk.run(calls).or_suspend().await;
    loop {
        let batch = match progressed {
            Progressed::Finished(report) => return report,
            Progressed::Suspended(batch) => batch,
        };
        let batch = SuspendedBatch::verify(&batch.sign(&KEY), &KEY).expect("it was signed");
        let decide =
            |(index, call): (usize, tool_runtime::batch::PendingCall<'_>)| match rng.u8(..4) {
                0 if index > 0 => None,
                1 => Some(call.deny("No.")),
                _ => Some(call.approve()),
            };
        let decisions: Vec<_> = batch.pending().enumerate().filter_map(decide).collect();
        let run = desk
            .resume(batch, decisions)
            .expect("the decisions are for it");
        progressed = run.or_suspend().await;
    }
}

/// As a response that is written piece by piece. `None` where there is nothing to run.
async fn streamed(desk: &Bound<World>, calls: &[ToolCall], rng: &mut Rng) -> Option<Report> {
    let mut text = String::new();
    for (index, call) in calls.iter().enumerate() {
        let call = serde_json::json!({"index": index, "id": call.id(), "function": {"name": call.name(), "arguments": call.arguments()}});
        let delta = serde_json::json!({"choices": [{"index": 0, "delta": {"tool_calls": [call]}}]});
        text += &format!("data: {delta}\n\n");
    }
    text += "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"tool_calls\"}]}\n\ndata: [DONE]\n\n";
    let size = rng.usize(1..400);
    let pieces: Vec<Vec<u8>> = text.as_bytes().chunks(size).map(<[u8]>::to_vec).collect();
    let body = tokio_stream::iter(pieces).map(Ok::<_, Infallible>);
    let streamed = desk.run_stream(OpenAiChat.stream(), body).await.ok()?;
    Some(streamed.report)
}

fn check(kind: &str, calls: &[ToolCall], report: &Report, tally: &mut Tally) -> Result<(), String> {
    if report.results().len() != calls.len() {
        return Err(format!(
            "{kind}: {} results of {} calls",
            report.results().len(),
            calls.len()
        ));
    }
    for (result, call) in report.results().iter().zip(calls) {
        let is_its = (result.id(), result.name()) == (call.id(), call.name());
        if !is_its || result.text().is_empty() {
            return Err(format!("{kind}: {call:?} has {result:?}"));
        }
        *tally
            .endings
            .entry(result.outcome().ending.code())
            .or_default() += 1;
    }
    Ok(())
}
