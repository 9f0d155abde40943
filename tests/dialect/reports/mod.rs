//! Does a report that was stored say what the one that was stored says?

mod desk;
mod refused;
mod same;

use std::time::Duration;

use proptest::prelude::*;
use tokio::runtime::Builder;
use tool_runtime::batch::{OnFailure, Retry};
use tool_runtime::dialect::OpenAiResponses;
use tool_runtime::{Envelope, Policy, Report, ToolCall, ToolResult};

use crate::answers::{self, TURNS};
use crate::snapshot::compare;
use desk::{HOWS, call, desk};
use same::{same, stored};

#[tokio::test(start_paused = true)]
async fn what_tools_answer_comes_back() {
    let tools = answers::toolbox().bind(());
    for turn in TURNS {
        same(&tools.run(turn.calls()).await);
    }
    same(&tools.run([]).await);
}

#[tokio::test(start_paused = true)]
async fn what_a_call_bears_beside_its_arguments_comes_back() {
    let body = r#"{"object":"response","status":"completed","output":[
        {"type":"function_call","call_id":"a","name":"say","arguments":"{\"text\": 1.50}","caller":{"type":"program","caller_id":"p"}},
        {"type":"custom_tool_call","call_id":"b","name":"say","input":"{"},
        {"type":"function_call","call_id":"c","name":"say","arguments":"{\"text\"","status":"incomplete"}]}"#;
    let turn = OpenAiResponses.decode(body).unwrap();
    let report = answers::toolbox().bind(()).run(turn.calls()).await;
    let read = same(&report);
    let message = OpenAiResponses.encode(&read)[0].to_string();
    assert!(message.contains(r#""caller_id":"p""#), "{message}");
    assert!(read.results()[1].call().is_text() && read.results()[2].call().is_cut_off());
}

/// A batch in which nearly everything happens, on a clock that stands still while nobody waits.
async fn eventful() -> Report {
    let retry = Retry::default()
        .attempts(2)
        .first_delay(Duration::from_millis(100))
        .jitter(false);
    let policy = Policy::default()
        .retry(retry)
        .coalesce(true)
        .max_calls(17)
        .envelope(Envelope::AsIs)
        .on_failure(OnFailure::SkipDependents)
        .tool_timeout("act", Duration::from_secs(2));
    let batch = desk().bind(()).with(policy).unwrap().start();
    for (account, how) in [
        (1, "Wait"),
        (1, "Text"),
        (2, "Json"),
        (3, "Several"),
        (4, "Details"),
        (4, "Text"),
        (5, "RetryAfter"),
        (6, "Internal"),
        (7, "Denied"),
        (8, "Hang"),
        (9, "Panic"),
    ] {
        batch.push(call(account, how));
    }
    batch.push(ToolCall::new("same_1", "look", r#"{"ms":5}"#));
    batch.push(ToolCall::new("same_2", "look", r#"{"ms":5}"#));
    batch.push(ToolCall::new("", "act", r#"{"account":-1}"#));
    batch.push(ToolCall::new("", "akt", "{}"));
    batch.push(ToolCall::with_text("text", "count", "words"));
    let gone = batch.push(call(10, "Hang"));
    batch.push(call(11, "Text"));
    batch.cancel(gone);
    batch.finish().await
}

#[tokio::test(start_paused = true)]
async fn the_format_is_what_is_stored() {
    let report = eventful().await;
    let read = same(&report);
    let mut text = serde_json::to_string_pretty(&read).unwrap() + "\n";
    let ids: Vec<&str> = read
        .results()
        .iter()
        .filter_map(ToolResult::error_id)
        .collect();
    assert_eq!(ids.len(), 2);
    for id in ids {
        text = text.replace(id, "0123456789");
    }
    compare("report.stored.json", &text);
}

fn policies() -> impl Strategy<Value = Policy> {
    let policy = Policy::default();
    let retry = Retry::default().attempts(3);
    prop_oneof![
        Just(policy.clone()),
        Just(policy.clone().max_concurrency(1).retry(retry)),
        Just(policy.clone().max_calls(2)),
        Just(policy.clone().coalesce(true)),
        Just(policy.clone().batch_timeout(Duration::from_millis(30))),
        Just(policy.clone().on_failure(OnFailure::StopAll)),
        Just(
            policy
                .max_blocking_threads(1)
                .on_failure(OnFailure::SkipDependents)
        ),
    ]
}

fn calls() -> impl Strategy<Value = Vec<ToolCall>> {
    let act = (0..3_u8, prop::sample::select(&HOWS[..]));
    let call = prop_oneof![
        8 => act.prop_map(|(account, how)| call(account, how)),
        2 => (0..9_u8).prop_map(|ms| ToolCall::new("look", "look", format!(r#"{{"ms":{ms}}}"#))),
        1 => Just(ToolCall::with_text("", "count", "words")),
        1 => Just(ToolCall::new("count", "count", r#"{"words""#).cut_off()),
        1 => Just(ToolCall::new("\"", "lok", "\u{0}")),
    ];
    prop::collection::vec(call, 0..7)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_report_comes_back(calls in calls(), policy in policies()) {
        let runtime = Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
        let report = runtime.block_on(async {
            desk().bind(()).with(policy).unwrap().run(calls).await
        });
        same(&report);
    }
}

/// Half of what is stored is never read as a whole.
#[tokio::test(start_paused = true)]
async fn a_text_that_is_cut_is_refused() {
    let stored = stored(&eventful().await);
    for end in (0..stored.len()).filter(|end| stored.is_char_boundary(*end)) {
        let error = serde_json::from_str::<Report>(&stored[..end]).unwrap_err();
        assert!(error.is_eof(), "{end}: {error}");
    }
}
