//! A batch that a tool runs is part of its call: under the call's keys and permits, and an error at once where they do not do.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use support::{call, codes, nothing_is_left, texts, threads};
use tokio::runtime::Handle;
use tokio::time::sleep;
use tool_runtime::{Bound, Policy, Report, ToolCall, Toolbox, tool, tools};

use crate::desk::paused;

/// What the tools of each test run batches with: a toolbox cannot be in its own state.
static DESKS: Mutex<Vec<(String, Bound<()>)>> = Mutex::new(Vec::new());

fn desk_of(test: &str) -> Bound<()> {
    let desks = DESKS.lock().unwrap();
    let found = desks.iter().find(|(name, _)| name == test);
    found.map(|(_, desk)| desk.clone()).expect("a desk")
}

async fn inner(test: &str, calls: &[String]) -> String {
    let calls: Vec<ToolCall> = calls
        .iter()
        .map(|text| {
            let (name, arguments) = text.split_once(' ').unwrap_or((text, "{}"));
            call(name, arguments)
        })
        .collect();
    let report = desk_of(test).run(calls).await;
    let ended = |(code, text): (&str, &str)| match code {
        "ok" => code.to_owned(),
        code => format!("{code}: {text}"),
    };
    let ended: Vec<_> = codes(&report)
        .into_iter()
        .zip(texts(&report))
        .map(ended)
        .collect();
    ended.join("; ")
}

macro_rules! outer {
    ($($tool:ident($($effects:tt)*))*) => {
        $(
            /// Runs a batch of its own.
            #[tool($($effects)*)]
            async fn $tool(
                /// Whose.
                test: String,
                /// The account.
                id: u64,
                /// The batch.
                calls: Vec<String>,
            ) -> String {
                let _ = id;
                inner(&test, &calls).await
            }
        )*
    };
}

outer! {
    transfer(writes("account:{id}"))
    inspect(reads("account:{id}"))
    review(exclusive)
    think(pure)
    wander()
}

/// Runs a batch of its own, on a thread.
#[tool(writes("account:{id}"))]
fn transfer_on_thread(
    /// Whose.
    test: String,
    /// The account.
    id: u64,
    /// The batch.
    calls: Vec<String>,
) -> String {
    let _ = id;
    Handle::current().block_on(inner(&test, &calls))
}

/// Changes an account.
#[tool(writes("account:{id}"))]
async fn change(
    /// The account.
    id: u64,
) {
    let _ = id;
    sleep(Duration::from_millis(10)).await;
}

/// Reads an account.
#[tool(reads("account:{id}"))]
async fn look(
    /// The account.
    id: u64,
) {
    let _ = id;
    sleep(Duration::from_millis(10)).await;
}

/// Runs alone.
#[tool(exclusive)]
async fn sweep() {}

/// Declares nothing.
#[tool]
async fn free() {}

/// Touches nothing.
#[tool(pure)]
async fn echo() {}

/// Works on a thread.
#[tool(pure)]
fn compute() {}

fn toolbox(policy: Policy) -> Toolbox<()> {
    Toolbox::<()>::builder()
        .tools(tools![
            transfer,
            inspect,
            review,
            think,
            wander,
            transfer_on_thread,
            change,
            look,
            sweep,
            free,
            echo,
            compute
        ])
        .policy(policy)
        .build()
        .unwrap()
}

fn outer(tool: &str, test: &str, calls: &[&str]) -> ToolCall {
    let arguments = serde_json::json!({"test": test, "id": 7, "calls": calls});
    call(tool, &arguments.to_string())
}

/// Lets the tools of a test run batches under this binding.
fn lend(test: &str, desk: Bound<()>) {
    DESKS.lock().unwrap().push((test.to_owned(), desk));
}

async fn left(test: &str, toolbox: &Toolbox<()>) {
    DESKS.lock().unwrap().retain(|(name, _)| name != test);
    let state = Arc::new(());
    assert_eq!(
        nothing_is_left(toolbox, &state, 1, [call("sweep", "{}")]).await,
        Ok(())
    );
}

#[test]
fn a_batch_inside_a_call_runs_under_the_calls_keys() {
    let test = "keys";
    let denied = |does: &str, key: &str| {
        format!(
            "denied: `{}` was not called, since it is not allowed: it {does} `{key}`, which the call that it is part of does not declare. Nothing was changed. Do not repeat the call.",
            if does == "reads" { "look" } else { "change" },
        )
    };
    let anything = |tool: &str| {
        format!(
            "denied: `{tool}` was not called, since it is not allowed: it may touch anything, and the call that it is part of does not declare that. Nothing was changed. Do not repeat the call."
        )
    };
    let (change, look) = (r#"change {"id": 7}"#, r#"look {"id": 7}"#);
    let (other, look_other) = (r#"change {"id": 8}"#, r#"look {"id": 8}"#);
    let ok = || "ok".to_owned();
    for (tool, calls, expected) in [
        (
            "transfer",
            vec![change, look, "echo", "free"],
            vec![ok(), ok(), ok(), ok()],
        ),
        (
            "transfer",
            vec![other, look_other],
            vec![denied("writes", "account:8"), denied("reads", "account:8")],
        ),
        ("transfer", vec!["sweep"], vec![anything("sweep")]),
        (
            "inspect",
            vec![look, change],
            vec![ok(), denied("writes", "account:7")],
        ),
        (
            "review",
            vec![change, other, "sweep", "free"],
            vec![ok(), ok(), ok(), ok()],
        ),
        ("think", vec!["echo", "free"], vec![ok(), anything("free")]),
        (
            "wander",
            vec!["echo", "free", look],
            vec![ok(), ok(), denied("reads", "account:7")],
        ),
    ] {
        let toolbox = toolbox(Policy::default());
        paused().block_on(async {
            let desk = toolbox.bind(()).order_across_batches("t");
            lend(test, desk.clone());
            let report = desk.run([outer(tool, test, &calls)]).await;
            assert_eq!(texts(&report), [expected.join("; ")], "{tool} {calls:?}");
            assert!(report.wall() < Duration::from_millis(100), "nobody waited");
            drop(desk);
            left(test, &toolbox).await;
        });
    }
}

#[test]
fn other_batches_wait_for_a_call_with_all_that_is_inside() {
    let test = "others";
    let toolbox = toolbox(Policy::default());
    paused().block_on(async {
        let desk = toolbox.bind(()).order_across_batches("t");
        lend(test, desk.clone());
        let calls = [r#"change {"id": 7}"#, r#"change {"id": 7}"#];
        let (first, second) = tokio::join!(
            desk.run([outer("transfer", test, &calls)]),
            desk.run([call("look", r#"{"id": 7}"#)])
        );
        assert_eq!(texts(&first), ["ok; ok"]);
        assert_eq!(
            second.results()[0].span().unwrap().started,
            Duration::from_millis(20)
        );
        drop(desk);
        left(test, &toolbox).await;
    });
}

#[test]
fn what_is_in_another_scope_is_not_waited_for() {
    let test = "scopes";
    let toolbox = toolbox(Policy::default());
    paused().block_on(async {
        lend(test, toolbox.bind(()).order_across_batches("u"));
        let desk = toolbox.bind(()).order_across_batches("t");
        let report = desk.run([outer("review", test, &["echo", r#"look {"id": 7}"#])]).await;
        assert_eq!(
            texts(&report),
            ["ok; denied: `look` was not called, since it is not allowed: it reads `account:7`, which the call that it is part of does not declare. Nothing was changed. Do not repeat the call."]
        );
        drop(desk);
        left(test, &toolbox).await;
    });
}

#[test]
fn without_an_order_keys_are_each_batchs_own() {
    let test = "unordered";
    let toolbox = toolbox(Policy::default());
    paused().block_on(async {
        let desk = toolbox.bind(());
        lend(test, desk.clone());
        let report = desk
            .run([outer("transfer", test, &[r#"change {"id": 8}"#, "sweep"])])
            .await;
        assert_eq!(texts(&report), ["ok; ok"]);
        drop(desk);
        left(test, &toolbox).await;
    });
}

async fn with_permits(test: &str, policy: Policy, calls: Vec<ToolCall>) -> Report {
    let toolbox = toolbox(policy);
    let desk = toolbox.bind(());
    lend(test, desk.clone());
    let report = desk.run(calls).await;
    drop(desk);
    left(test, &toolbox).await;
    report
}

#[test]
fn a_permit_of_the_call_is_lent_to_one_after_the_other() {
    let test = "lent";
    paused().block_on(async {
        // All in all one call of these at a time: the outer one, and inside it one after the other.
        let policy = Policy::default().group_concurrency("bank", ["transfer", "change", "look"], 1);
        let calls = [
            r#"change {"id": 1}"#,
            r#"change {"id": 2}"#,
            r#"look {"id": 3}"#,
        ];
        let report = with_permits(test, policy, vec![outer("transfer", test, &calls)]).await;
        assert_eq!(texts(&report), ["ok; ok; ok"]);
        assert_eq!(report.wall(), Duration::from_millis(30));
    });
}

#[test]
fn what_a_call_does_not_hold_its_batch_does_not_wait_for() {
    let test = "unheld";
    paused().block_on(async {
        let policy = || Policy::default().tool_concurrency("transfer", 1).tool_concurrency("change", 1);
        let inside = [r#"change {"id": 1}"#];
        // It is free, and had.
        let report = with_permits(test, policy(), vec![outer("transfer", test, &inside)]).await;
        assert_eq!(texts(&report), ["ok"]);
        // It is taken by a call beside it.
        let calls = vec![call("change", r#"{"id": 9}"#), outer("transfer", test, &inside)];
        let report = with_permits(test, policy(), calls).await;
        assert_eq!(
            texts(&report)[1],
            "over_limit: `change` was not called, because too many calls are running and the one that it is part of cannot wait. Nothing was changed. Call it again later."
        );
        // A call that holds nothing may wait.
        let policy = Policy::default().tool_concurrency("change", 1);
        let calls = vec![call("change", r#"{"id": 9}"#), outer("transfer", test, &inside)];
        let report = with_permits(test, policy, calls).await;
        assert_eq!(texts(&report)[1], "ok");
    });
}

#[test]
fn a_queue_that_is_full_is_said_to_be_so_inside_too() {
    let test = "queue";
    paused().block_on(async {
        // The outer call holds nothing, so it may wait; but one waits already.
        let policy = Policy::default().tool_concurrency("change", 1).max_queue(1);
        let change = |id: u64| call("change", &format!(r#"{{"id": {id}}}"#));
        let inside = outer("transfer", test, &[r#"change {"id": 1}"#]);
        let report = with_permits(test, policy, vec![change(8), change(9), inside]).await;
        assert_eq!(
            texts(&report)[2],
            "over_limit: `change` was not called, because 1 call is waiting already. Nothing was changed. Call it again later."
        );
    });
}

#[test]
fn calls_that_wait_for_what_the_other_holds_do_not_wait_for_ever() {
    let test = "cross";
    paused().block_on(async {
        let policy = Policy::default()
            .tool_concurrency("transfer", 1)
            .tool_concurrency("inspect", 1);
        let deeper = |tool: &str| format!("{tool} {}", outer(tool, test, &["echo"]).arguments());
        let (to, from) = (deeper("inspect"), deeper("transfer"));
        let calls = vec![
            outer("transfer", test, &[&to]),
            outer("inspect", test, &[&from]),
        ];
        let report = with_permits(test, policy, calls).await;
        assert_eq!(codes(&report), ["ok"; 2]);
        assert!(
            report.wall() < Duration::from_secs(1),
            "{:?}",
            texts(&report)
        );
    });
}

#[test]
fn a_thread_is_lent_to_the_threads_inside() {
    let test = "threads";
    let policy = Policy::default()
        .max_blocking_threads(1)
        .max_wait(Duration::from_secs(5));
    threads(2).block_on(async {
        let calls = vec![outer(
            "transfer_on_thread",
            test,
            &["compute", "compute", "echo"],
        )];
        let report = with_permits(test, policy, calls).await;
        assert_eq!(texts(&report), ["ok; ok; ok"]);
    });
}

#[test]
fn a_thread_runs_a_batch_under_its_calls_keys_too() {
    let test = "thread keys";
    let toolbox = toolbox(Policy::default());
    threads(2).block_on(async {
        let desk = toolbox.bind(()).order_across_batches("t");
        lend(test, desk.clone());
        let report = desk
            .run([outer("transfer_on_thread", test, &[r#"change {"id": 7}"#])])
            .await;
        assert_eq!(texts(&report), ["ok"]);
        drop(desk);
        left(test, &toolbox).await;
    });
}
