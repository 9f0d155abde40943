//! Does a quota let through as many calls as it has and no more, whatever becomes of them?

mod given_back;
mod random;
mod suspended;

use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;
use support::{Probe, call, codes, nothing_is_left, texts, threads};
use tokio::time::{Instant, sleep};
use tool_runtime::{
    Bound, CallLimit, Effects, Ending, Quota, QuotaError, Report, ToolCall, ToolError, Toolbox,
    WaitedFor, tool, tools,
};

/// Send an email.
#[tool(writes("box:{to}"))]
async fn send(
    /// Whose box.
    to: u64,
    /// How long it takes, in milliseconds.
    #[arg(default = 1)]
    ms: u64,
    #[state] probe: &Probe,
) {
    let _alive = probe.enter();
    sleep(Duration::from_millis(ms)).await;
    let _ = to;
}

/// Search for something.
#[tool(pure)]
async fn search(
    /// For what.
    what: String,
    #[state] probe: &Probe,
) -> String {
    let _alive = probe.enter();
    sleep(Duration::from_millis(1)).await;
    what
}

/// Look at a page.
#[tool(pure)]
async fn browse(#[state] probe: &Probe) {
    let _alive = probe.enter();
}

/// Deliver a parcel.
#[tool(writes("box:{to}"), idempotent)]
async fn deliver(
    /// To which box.
    to: u64,
    /// What becomes of it.
    how: String,
    #[state] probe: &Probe,
) -> Result<(), ToolError> {
    let _alive = probe.enter();
    let _ = to;
    match how.as_str() {
        "busy" => Err(ToolError::new("Busy.").retryable()),
        "breaks" => panic!("as it was told"),
        "fails" => Err(ToolError::new("No.")),
        _ => Ok(()),
    }
}

/// Compute on a thread.
#[tool(pure)]
fn compute(#[state] probe: &Probe) {
    let _alive = probe.enter();
    std::thread::sleep(Duration::from_millis(20));
}

fn toolbox() -> Toolbox<Probe> {
    let tools = tools![send, search, browse, deliver, compute];
    let builder = Toolbox::builder().tools(tools);
    builder.build().unwrap()
}

fn here() -> Quota {
    Quota::new("in this conversation")
}

fn sending(to: u64, ms: u64) -> ToolCall {
    call("send", &format!(r#"{{"to": {to}, "ms": {ms}}}"#))
}

fn searching(what: &str) -> ToolCall {
    call("search", &format!(r#"{{"what": "{what}"}}"#))
}

fn delivering(how: &str) -> ToolCall {
    call("deliver", &format!(r#"{{"to": 1, "how": "{how}"}}"#))
}

fn within(quota: &Quota) -> Bound<Probe> {
    toolbox().bind(Probe::default()).within(quota).unwrap()
}

async fn run_within(quota: &Quota, calls: Vec<ToolCall>) -> Report {
    within(quota).run(calls).await
}

/// What the model reads of the last of these calls, when it asks for it once it has the results of the others.
#[track_caller]
fn check(quota: &Quota, mut calls: Vec<ToolCall>, expected: &str) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .unwrap();
    let last = calls.split_off(calls.len() - 1);
    runtime.block_on(run_within(quota, calls));
    let report = runtime.block_on(run_within(quota, last));
    let result = &report.results()[0];
    assert_eq!(result.text(), expected);
    assert!(result.is_error() && result.waits().is_empty());
    let outcome = result.outcome();
    assert_eq!(outcome.ending, Ending::OverLimit(CallLimit::Quota));
    assert_eq!(outcome.ending.to_string(), "over_limit (quota)");
    assert_eq!(outcome.effects, Effects::None);
}

#[test]
fn a_call_that_finds_none_left_reads_how_many_there_are_and_where() {
    check(
        &here().tool("send", 3),
        vec![sending(1, 1); 4],
        "`send` was not called: it may be called 3 times in this conversation, and has been. Nothing was changed. Do not repeat the call.",
    );
    check(
        &here().tool("send", 1),
        vec![sending(1, 1); 2],
        "`send` was not called: it may be called once in this conversation, and has been. Nothing was changed. Do not repeat the call.",
    );
    check(
        &Quota::new(" \n").tool("send", 1),
        vec![sending(1, 1); 2],
        "`send` was not called: it may be called once, and has been. Nothing was changed. Do not repeat the call.",
    );
    check(
        &here().tool("send", 5).tool("send", 0),
        vec![sending(1, 1)],
        "`send` was not called: it may not be called in this conversation. Nothing was changed. Do not repeat the call.",
    );
    check(
        &Quota::new("by your organisation today").all_tools(2),
        vec![sending(1, 1), searching("a"), call("browse", "{}")],
        "`browse` was not called: all tools together may be called 2 times by your organisation today, and have been. Nothing was changed. Do not repeat the call; go on without tools.",
    );
    check(
        &here().all_tools(0),
        vec![searching("a")],
        "`search` was not called: no tool may be called in this conversation. Nothing was changed. Do not repeat the call; go on without tools.",
    );
    check(
        &here().tools(["send", "browse", "search", "send"], 2),
        vec![sending(1, 1), searching("a"), sending(1, 1)],
        "`send` was not called: it shares 2 calls in this conversation with `search` and `browse`, and none is left. Nothing was changed. Do not repeat the call.",
    );
    check(
        &here().tools(["send", "search"], 0),
        vec![searching("a")],
        "`search` was not called: it may not be called in this conversation. Nothing was changed. Do not repeat the call.",
    );
    check(
        &here().tools(["search"], 1),
        vec![searching("a"); 2],
        "`search` was not called: it may be called once in this conversation, and has been. Nothing was changed. Do not repeat the call.",
    );
}

#[tokio::test(start_paused = true)]
async fn a_call_behind_those_that_take_the_last_is_told_to_see_what_becomes_of_them() {
    let told = |of: &str| {
        let taken = "calls before it have taken that";
        format!(
            "{of}, and {taken}. Nothing was changed. Call it again only if one of those was not made."
        )
    };
    for (quota, of) in [
        (
            here().tool("send", 1),
            "`send` was not called: it may be called once in this conversation",
        ),
        (
            here().tools(["send", "search"], 1),
            "`send` was not called: it shares 1 call in this conversation with `search`",
        ),
        (
            here().all_tools(1),
            "`send` was not called: all tools together may be called once in this conversation",
        ),
    ] {
        // The first is not made, which nobody knows when the second is refused.
        let wrong = call("send", r#"{"to": "whom?"}"#);
        let report = run_within(&quota, vec![wrong, sending(1, 1)]).await;
        assert_eq!(codes(&report), ["invalid_arguments", "over_limit"]);
        assert_eq!(texts(&report)[1], told(of));
        let report = run_within(&quota, vec![sending(1, 1)]).await;
        assert_eq!(codes(&report), ["ok"]);
    }
}

#[test]
fn of_limits_without_room_the_widest_is_told() {
    let quota = here().tool("search", 1).tools(["search", "send"], 1);
    let told = "it shares 1 call in this conversation with `send`, and none is left";
    let expected =
        format!("`search` was not called: {told}. Nothing was changed. Do not repeat the call.");
    check(&quota, vec![searching("a"); 2], &expected);
    // The clone shares what was used.
    check(
        &quota.clone().all_tools(1),
        vec![searching("a")],
        "`search` was not called: all tools together may be called once in this conversation, and have been. Nothing was changed. Do not repeat the call; go on without tools.",
    );
}

#[tokio::test(start_paused = true)]
async fn what_a_view_hides_is_not_named() {
    let quota = here().tools(["search", "send", "browse"], 1);
    let toolbox = toolbox();
    for (shown, others) in [
        (&["search", "browse"][..], "`browse`"),
        (&["search"][..], "other tools"),
    ] {
        quota.reset();
        let desk = toolbox.only(shown).unwrap().bind(Probe::default());
        let report = desk.within(&quota).unwrap();
        let report = report.run(vec![searching("a"); 2]).await;
        let expected = format!(
            "`search` was not called: it shares 1 call in this conversation with {others}, and calls before it have taken that. Nothing was changed. Call it again only if one of those was not made."
        );
        assert_eq!(texts(&report)[1], expected);
    }
}

#[cfg(feature = "schema-validation")]
#[tokio::test(start_paused = true)]
async fn a_tool_is_one_by_all_of_its_names() {
    use tool_runtime::tool::DeclaredEffects;
    use tool_runtime::{RuntimeTool, ToolDefinition};

    // Not every provider takes the name: a model calls it `web_browse`.
    let named = ToolDefinition::named("web.browse", "Look at a page.")
        .with_parameters(serde_json::json!({"type": "object", "properties": {}}))
        .with_effects(DeclaredEffects::Pure);
    let page = RuntimeTool::new(named, |_, _, _| async { Ok::<_, String>("a page") });
    let builder = Toolbox::<Probe>::builder().tools(tools![search]);
    let toolbox = builder.tool(page).build().unwrap();
    let quota = here()
        .tool("web.browse", 2)
        .tools(["web.browse", "search"], 3);
    let desk = toolbox.bind(Probe::default()).within(&quota).unwrap();
    let calls = ["web.browse", "web_browse", "web_browse"].map(|name| call(name, "{}"));
    let report = desk.run(calls).await;
    assert_eq!(codes(&report), ["ok", "ok", "over_limit"]);
    assert_eq!((quota.used("web.browse"), quota.used("web_browse")), (2, 0));
    let report = desk.run(vec![searching("a"); 2]).await;
    assert!(
        texts(&report)[1].contains(
            "in this conversation with `web_browse`, and calls before it have taken that"
        )
    );
}

#[test]
fn a_quota_for_a_tool_that_is_not_there_is_refused() {
    let refused = |quota: Quota| {
        let desk = toolbox().only(["search"]).unwrap().bind(Probe::default());
        desk.within(&quota).map(drop)
    };
    assert_eq!(refused(here().tool("send", 1)), Ok(()));
    assert_eq!(refused(here().tools(["send", "search"], 0)), Ok(()));
    let unknown = refused(here().tools(["search", "delivr"], 1)).unwrap_err();
    assert_eq!(
        unknown.to_string(),
        "the quota is for the tool `delivr`, which the toolbox does not have; did you mean `deliver`?"
    );
    assert_eq!(
        refused(here().tool("", 1)).unwrap_err().to_string(),
        "the quota is for the tool ``, which the toolbox does not have"
    );
    let empty = refused(here().tools([""; 0], 1));
    assert_eq!(empty, Err(QuotaError::NoTools));
    assert_eq!(
        empty.unwrap_err().to_string(),
        "the quota's `tools` takes one name or more; there is none; for a limit on all tools say `all_tools`"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_first_for_which_there_is_room_are_made_whatever_the_schedule(
        calls in prop::collection::vec((0..3_u64, 0..4_u64), 1..9),
        most in 0..9_usize,
        workers in 0..4_usize,
    ) {
        let quota = here().tool("send", most);
        let count = calls.len();
        let calls: Vec<_> = calls.into_iter().map(|(to, ms)| sending(to, ms)).collect();
        let runtime = match workers {
            0 => tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .start_paused(true)
                .build()
                .unwrap(),
            workers => threads(workers),
        };
        let report = runtime.block_on(run_within(&quota, calls));
        let expected: Vec<_> = (0..count)
            .map(|index| if index < most { "ok" } else { "over_limit" })
            .collect();
        prop_assert_eq!(codes(&report), expected);
        prop_assert_eq!(quota.used("send"), count.min(most));
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_refused_has_no_place_in_the_order() {
    let quota = here().tool("send", 1);
    let begun = Instant::now();
    let calls = vec![sending(1, 100), sending(1, 100), delivering("well")];
    let report = run_within(&quota, calls).await;
    assert_eq!(codes(&report), ["ok", "over_limit", "ok"]);
    let waits = report.results()[2].waits();
    let last = waits.iter().map(|wait| match wait.what {
        WaitedFor::Calls { last, .. } => last,
        _ => None,
    });
    assert_eq!(last.collect::<Vec<_>>(), [Some(0)]);
    assert_eq!(begun.elapsed(), Duration::from_millis(100));
}

#[tokio::test(start_paused = true)]
async fn calls_that_are_pushed_take_theirs_one_by_one() {
    let quota = here().tool("send", 2);
    let batch = within(&quota).start();
    batch.push(call("send", r#"{"to": "Ada"}"#));
    batch.push(sending(1, 1));
    batch.push(sending(1, 1));
    assert_eq!(quota.used("send"), 2);
    sleep(Duration::from_millis(1)).await;
    // The first has given its own back.
    assert_eq!(quota.used("send"), 1);
    batch.push(sending(1, 1));
    batch.push(sending(1, 1));
    let report = batch.finish().await;
    let expected = ["invalid_arguments", "ok", "over_limit", "ok", "over_limit"];
    assert_eq!(codes(&report), expected);
    assert_eq!(quota.used("send"), 2);
}

#[tokio::test(start_paused = true)]
async fn a_call_takes_from_all_quotas_or_from_none() {
    let (run, tenant) = (here().all_tools(3), Quota::new("today").tool("send", 1));
    let toolbox = toolbox();
    let desk = |first: &Quota, second: &Quota| {
        let desk = toolbox.bind(Probe::default()).within(first).unwrap();
        desk.within(second).unwrap()
    };
    for (first, second) in [(&run, &tenant), (&tenant, &run)] {
        run.reset();
        tenant.reset();
        let calls = vec![sending(1, 1), sending(1, 1), searching("a")];
        let report = desk(first, second).run(calls).await;
        assert_eq!(codes(&report), ["ok", "over_limit", "ok"]);
        assert!(
            texts(&report)[1].contains("called once today, and calls before it have taken that")
        );
        assert_eq!((run.total_used(), tenant.total_used()), (2, 2));
        let report = desk(first, second)
            .run([searching("a"), searching("b")])
            .await;
        assert_eq!(codes(&report), ["ok", "over_limit"]);
        assert_eq!((run.total_used(), tenant.total_used()), (3, 3));
    }
}

#[tokio::test(start_paused = true)]
async fn a_quota_that_is_there_twice_counts_once() {
    let quota = here().tool("send", 3);
    // Other limits, the same counts.
    let narrow = quota.clone().tool("send", 2);
    let desk = within(&quota).within(&quota).unwrap();
    let desk = desk.within(&narrow).unwrap();
    let report = desk.run(vec![sending(1, 1); 3]).await;
    assert_eq!(codes(&report), ["ok", "ok", "over_limit"]);
    assert!(texts(&report)[2].contains("called 2 times"));
    assert_eq!((quota.used("send"), narrow.total_used()), (2, 2));
    let report = run_within(&quota, vec![sending(1, 1); 2]).await;
    assert_eq!(codes(&report), ["ok", "over_limit"]);
}

#[tokio::test(start_paused = true)]
async fn what_a_program_sets_stands() {
    let quota = here().tool("send", 3);
    quota.set_used("send", 2);
    let report = run_within(&quota, vec![sending(1, 1); 2]).await;
    assert_eq!(codes(&report), ["ok", "over_limit"]);
    for used in [3, 4, usize::MAX] {
        quota.set_used("send", used);
        let report = run_within(&quota, vec![sending(1, 1)]).await;
        assert_eq!(codes(&report), ["over_limit"]);
        assert_eq!((quota.used("send"), quota.total_used()), (used, used));
    }
    let boundless = quota.clone().tool("send", usize::MAX).all_tools(usize::MAX);
    boundless.reset();
    let report = run_within(&boundless, vec![sending(1, 1); 5]).await;
    assert_eq!(codes(&report), ["ok"; 5]);
    assert_eq!(quota.used("send"), 5);
}

#[tokio::test(start_paused = true)]
async fn calls_of_the_time_before_a_reset_are_in_no_count() {
    let quota = here().tool("send", 2);
    let batch = within(&quota).start();
    batch.push(sending(1, 10));
    batch.push(sending(1, 10));
    batch.push(call("send", "[]"));
    quota.reset();
    assert_eq!(quota.total_used(), 0);
    batch.push(sending(2, 10));
    // One that was counted before is not made after all.
    batch.cancel(1);
    let report = batch.finish().await;
    assert_eq!(codes(&report), ["ok", "cancelled", "over_limit", "ok"]);
    assert_eq!(quota.used("send"), 1);
}

#[tokio::test(start_paused = true)]
async fn every_result_is_told_to_whoever_watches() {
    use std::sync::Mutex;
    use tool_runtime::{ToolResult, layer};

    let seen = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&seen);
    let watches = layer::finished(move |result: &ToolResult, _: &Probe| {
        let ending = result.outcome().ending.to_string();
        told.lock().unwrap().push(ending);
    });
    let toolbox = Toolbox::<Probe>::builder()
        .tools(tools![send])
        .layer(watches)
        .build()
        .unwrap();
    let probe = Arc::new(Probe::default());
    let desk = toolbox.bind(Arc::clone(&probe));
    let desk = desk.within(&here().tool("send", 1)).unwrap();
    let report = desk.run(vec![sending(1, 1); 2]).await;
    drop((report, desk));
    let mut endings = std::mem::take(&mut *seen.lock().unwrap());
    endings.sort();
    assert_eq!(endings, ["ok", "over_limit (quota)"]);
    let left = nothing_is_left(&toolbox, &probe, 1, [sending(1, 1)]).await;
    assert_eq!(left, Ok(()));
}
