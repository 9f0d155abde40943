//! A call whose arguments were repaired is a call like any other: in its order, in its attempts, among calls that are the same, and
//! in the report.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use support::{Probe, call, codes, nothing_is_left, texts};
use tokio::time::sleep;
use tokio_stream::StreamExt as _;
use tool_runtime::batch::{Event, Repair};
use tool_runtime::tool::Repaired;
use tool_runtime::{
    CallContext, Policy, Report, ToolCall, ToolError, Toolbox, WaitedFor, layer, tool, tools,
};

/// Works on a number, slowly.
#[tool(pure)]
async fn work(
    /// The number.
    n: u64,
    #[state] probe: &Probe,
) -> u64 {
    let _alive = probe.enter();
    sleep(Duration::from_millis(10)).await;
    n
}

/// Sets a price, slowly.
#[tool(writes("price:{item}"))]
async fn set_price(
    /// Of what.
    item: u32,
    /// In cents.
    to: Option<u32>,
    #[state] probe: &Probe,
) -> u32 {
    let _alive = probe.enter();
    sleep(Duration::from_millis(10)).await;
    to.unwrap_or(item)
}

/// Succeeds in the end.
#[tool(pure)]
async fn insist(
    /// The attempt that succeeds.
    attempt: u32,
    #[context] context: &CallContext,
) -> Result<String, ToolError> {
    match context.attempt() >= attempt {
        true => Ok(context.arguments().to_owned()),
        false => Err(ToolError::new("Not yet.").retryable()),
    }
}

/// Computes on a thread.
#[tool(pure)]
fn compute(
    /// The numbers.
    numbers: Vec<i64>,
) -> i64 {
    numbers.iter().sum()
}

fn policy() -> Policy {
    Policy::default().repair(Repair::Safe)
}

/// Runs calls; how often something ran. Nothing is left of them.
async fn run(policy: Policy, calls: &[ToolCall]) -> (Report, usize) {
    let toolbox = Toolbox::<Probe>::builder()
        .tools(tools![work, set_price, insist, compute])
        .policy(policy)
        .build()
        .unwrap();
    let probe = Arc::new(Probe::default());
    let report = toolbox.bind(Arc::clone(&probe)).run(calls).await;
    let started = probe.started();
    let again = call("set_price", r#"{"item": 7}"#);
    let left = nothing_is_left(&toolbox, &probe, 1, [again]).await;
    assert_eq!(left, Ok(()));
    (report, started)
}

fn repairs(report: &Report) -> Vec<Vec<String>> {
    let results = report.results().iter();
    let repairs = results.map(|result| result.repairs().iter().map(Repaired::to_string).collect());
    repairs.collect()
}

const SPOILT: &str = r#"{"n": "7"}"#;
const REPAIRED: &str = "`n`: a number that came in a string";

#[tokio::test(start_paused = true)]
async fn it_is_off_unless_asked_for() {
    let calls = [call("work", SPOILT)];
    let (report, started) = run(Policy::default(), &calls).await;
    assert_eq!(codes(&report), ["invalid_arguments"]);
    assert_eq!((started, repairs(&report)), (0, vec![vec![]]));
    let off: Policy = serde_json::from_str(r#"{"repair": "off"}"#).unwrap();
    assert_eq!(off, Policy::default());
    assert!(serde_json::from_str::<Policy>(r#"{"repair": "always"}"#).is_err());
}

#[tokio::test(start_paused = true)]
async fn it_is_recorded_for_the_call_and_for_no_other() {
    let calls = [
        call("work", r#"{"n": 1}"#),
        call("work", SPOILT),
        call("compute", r#"{"numbers": "[1, \"2\"]"}"#),
        call("work", r#"{"n": "seven"}"#),
    ];
    let (report, started) = run(policy(), &calls).await;
    assert_eq!(codes(&report), ["ok", "ok", "ok", "invalid_arguments"]);
    assert_eq!(texts(&report)[..3], ["1", "7", "3"]);
    assert_eq!(started, 2);
    assert_eq!(
        repairs(&report),
        [
            vec![],
            vec![REPAIRED],
            vec![
                "`numbers`: an object or an array that came in a string",
                "`numbers[1]`: a number that came in a string"
            ],
            vec![],
        ]
    );
    assert_eq!(report.results()[1].call(), &calls[1]);
    let read = report.results().iter().map(|result| result.arguments());
    let meant = [
        r#"{"n": 1}"#,
        r#"{"n": 7}"#,
        r#"{"numbers": [1, 2]}"#,
        r#"{"n": "seven"}"#,
    ];
    assert!(read.eq(meant));
}

#[tokio::test(start_paused = true)]
async fn its_keys_are_those_of_what_was_meant() {
    let price = |arguments| call("set_price", arguments);
    let calls = [
        price(r#"{"item": 7}"#),
        price(r#"{"item": "7", "to": 1}"#),
        price(r#"{"item": "8"}"#),
        price(r#""{\"item\": 8}""#),
    ];
    let (report, _) = run(policy(), &calls).await;
    assert_eq!(texts(&report), ["7", "1", "8", "8"]);
    let waited = report.results().iter().map(|result| {
        let waits = result.waits().iter().map(|wait| wait.what.clone());
        waits.collect::<Vec<_>>()
    });
    let after = |last, key: &str| {
        vec![WaitedFor::Calls {
            last: Some(last),
            key: Some(key.to_owned()),
        }]
    };
    assert_eq!(
        waited.collect::<Vec<_>>(),
        [vec![], after(0, "price:7"), vec![], after(2, "price:8")]
    );
}

#[tokio::test(start_paused = true)]
async fn another_attempt_reads_the_same() {
    let (report, _) = run(policy(), &[call("insist", r#"{"attempt": "3"}"#)]).await;
    let result = &report.results()[0];
    assert_eq!(result.text(), r#"{"attempt": 3}"#);
    assert_eq!(result.failed_attempts().len(), 2);
    assert_eq!(
        repairs(&report),
        [["`attempt`: a number that came in a string"]]
    );
}

#[tokio::test(start_paused = true)]
async fn calls_that_are_the_same_once_they_are_repaired_run_once() {
    let calls = [
        call("work", SPOILT),
        call("work", r#"{"n": 7}"#),
        call("work", SPOILT),
        call("work", "```json\n{\"n\": 7}\n```"),
        call("work", r#"{"n": "8"}"#),
        call("work", r#"{"n": "eight"}"#),
    ];
    let (report, started) = run(policy().coalesce(true), &calls).await;
    assert_eq!(texts(&report)[..5], ["7", "7", "7", "7", "8"]);
    assert_eq!(started, 2);
    let results = report.results().iter();
    let same: Vec<_> = results.map(|result| result.outcome().same_as).collect();
    assert_eq!(same, [None, Some(0), Some(0), Some(0), None, None]);
    // Each says what was repaired in its own arguments.
    let counts: Vec<_> = repairs(&report).iter().map(Vec::len).collect();
    assert_eq!(counts, [1, 0, 1, 1, 1, 0]);
    // Without repair none of them is like another.
    let (report, started) = run(Policy::default().coalesce(true), &calls).await;
    assert_eq!((started, repairs(&report).concat().len()), (1, 0));
}

#[tokio::test]
async fn a_layer_decides_by_what_the_tool_reads() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&seen);
    let note = layer::around(move |request: layer::Request<Probe>, next| {
        let context = request.context();
        let texts = [context.arguments(), context.call().arguments()];
        noted.lock().unwrap().push(texts.map(str::to_owned));
        async move { next.run().await }
    });
    let toolbox = Toolbox::<Probe>::builder()
        .tools(tools![compute])
        .layer(note)
        .policy(policy())
        .build()
        .unwrap();
    let calls = [r#"{"numbers": "[1]"}"#, r#"{"numbers": [1]}"#];
    let calls = calls.map(|arguments| call("compute", arguments));
    let report = toolbox.bind(Probe::default()).run(calls).await;
    assert_eq!(texts(&report), ["1", "1"]);
    let mut seen = seen.lock().unwrap().clone();
    seen.sort();
    let meant = r#"{"numbers": [1]}"#;
    assert_eq!(seen, [[meant, r#"{"numbers": "[1]"}"#], [meant, meant]]);
}

#[tokio::test]
async fn a_result_says_it_wherever_it_is_seen() {
    let toolbox = Toolbox::new(tools![compute]).unwrap();
    let desk = toolbox.bind(()).with(policy()).unwrap();
    let calls = [call("compute", r#"{"numbers": "[1]"}"#)];
    let mut events = desk.run(calls).events();
    let mut seen = 0;
    while let Some(event) = events.next().await {
        if let Event::Finished { result, .. } = event {
            assert_eq!(result.repairs().len(), 1);
            assert!(format!("{result:?}").contains("ContainerInString"));
            seen += 1;
        }
    }
    assert_eq!(seen, 1);
}

#[tokio::test(start_paused = true)]
async fn it_is_stored_with_the_report() {
    let calls = [call("work", r#"{"n": 7}"#), call("work", SPOILT)];
    let (report, _) = run(policy(), &calls).await;
    let stored = serde_json::to_string(&report).unwrap();
    let written = r#""repaired":{"arguments":"{\"n\": 7}","repairs":[{"path":"n","kind":"number_in_string"}]}"#;
    assert_eq!(stored.matches("repaired").count(), 1, "{stored}");
    assert!(stored.contains(written), "{stored}");
    let read: Report = serde_json::from_str(&stored).unwrap();
    assert_eq!(repairs(&read), repairs(&report));
    assert_eq!(read.results()[1].call().arguments(), SPOILT);
    assert_eq!(read.results()[1].arguments(), r#"{"n": 7}"#);
    assert_eq!(serde_json::to_string(&read).unwrap(), stored);
    // Reports of before have none, and what a later version repairs is not passed over.
    let old = stored.replace(&format!("{written},"), "");
    let read: Report = serde_json::from_str(&old).unwrap();
    assert_eq!(repairs(&read), [[""; 0], [""; 0]]);
    let none = stored.replace(r#"{"path":"n","kind":"number_in_string"}"#, "");
    assert!(serde_json::from_str::<Report>(&none).is_err());
    let later = stored.replace("number_in_string", "word_in_number");
    let error = serde_json::from_str::<Report>(&later).unwrap_err();
    let expected = "result 1 of this report: a repair is `word_in_number`, which is not known";
    assert!(error.to_string().starts_with(expected), "{error}");
}
