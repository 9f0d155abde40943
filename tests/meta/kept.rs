//! What stands round calls stands round the calls in it: layers, quotas, journals, caps, redaction.

use std::sync::{Arc, Mutex};

use serde_json::json;
use support::{codes, texts};
use tool_runtime::journal::{FinishedCall, Journal, JournalFuture, Record, Recovered, StartedCall};
use tool_runtime::layer::{self, Next, Request};
use tool_runtime::{
    BatchTool, CallContext, Effects, Policy, Quota, ToolResult, Toolbox, tool, tools,
};

use crate::desk::{batch, store, toolbox};

type Log = Arc<Mutex<Vec<String>>>;

/// Says much.
#[tool(pure)]
async fn recite(
    /** How long. */
    bytes: usize,
) -> String {
    format!(
        "{}Bearer sk-ant-api03-secretsecretsecretsecret",
        "la ".repeat(bytes / 3)
    )
}

/// Says little.
#[tool(pure)]
async fn say() -> &'static str {
    "hm"
}

#[tokio::test]
async fn layers_stand_round_each_call_and_see_all_results() {
    let log = Log::default();
    let (around, finished) = (Arc::clone(&log), Arc::clone(&log));
    let toolbox = Toolbox::<()>::builder()
        .tools(tools![recite, say])
        .layer(layer::around(move |request: Request<()>, next: Next| {
            around
                .lock()
                .unwrap()
                .push(format!("around {}", request.context().call().id()));
            next.run()
        }))
        .layer(layer::finished(move |result: &ToolResult, _: &()| {
            finished
                .lock()
                .unwrap()
                .push(format!("finished {}", result.id()));
        }))
        .build()
        .unwrap();
    let toolbox = toolbox.with_batch_tool(BatchTool::new()).unwrap();
    toolbox
        .run([batch("a", &[("say", json!({})), ("say", json!({}))])])
        .await;
    let mut seen = log.lock().unwrap().clone();
    seen.sort();
    assert_eq!(
        seen,
        [
            "around a/1",
            "around a/2",
            "finished a",
            "finished a/1",
            "finished a/2"
        ]
    );
}

#[tokio::test]
async fn each_result_has_its_own_cap_and_leaves_without_secrets() {
    let policy = Policy::default().max_result_bytes(4096);
    let toolbox = Toolbox::<()>::builder()
        .tools(tools![recite, say])
        .policy(policy)
        .build()
        .unwrap();
    let toolbox = toolbox.with_batch_tool(BatchTool::new()).unwrap();
    let calls = vec![("recite", json!({"bytes": 3900})); 3];
    let report = toolbox.run([batch("a", &calls)]).await;
    let result = &report.results()[0];
    assert!(result.text().len() > 3 * 3900 && !result.outcome().truncated);
    assert!(!result.text().contains("secret"));
    let calls = vec![("recite", json!({"bytes": 9000})); 2];
    let report = toolbox.run([batch("a", &calls)]).await;
    let result = &report.results()[0];
    assert!(result.text().len() < 2 * 4200 && result.outcome().truncated);
}

#[tokio::test]
async fn quotas_count_the_calls_in_it() {
    let quota = Quota::new("today").all_tools(2);
    let toolbox = Toolbox::new(tools![recite, say]).unwrap();
    let toolbox = toolbox.with_batch_tool(BatchTool::new()).unwrap();
    let desk = toolbox.bind(()).within(&quota).unwrap();
    let report = desk
        .run([batch(
            "a",
            &[("say", json!({})), ("say", json!({})), ("say", json!({}))],
        )])
        .await;
    assert_eq!(
        codes(report.results()[0].steps().unwrap()),
        ["ok", "ok", "over_limit"]
    );
    assert_eq!((quota.used("say"), quota.used("batch")), (2, 0));
}

#[derive(Clone, Default)]
struct Memory(Arc<Mutex<Vec<Record>>>);

impl Journal for Memory {
    fn started(&self, call: StartedCall) -> JournalFuture {
        self.0.lock().unwrap().push(call.into());
        Box::pin(async { Ok(()) })
    }

    fn finished(&self, call: FinishedCall) {
        self.0.lock().unwrap().push(call.into());
    }
}

/// After a crash a call of it may have taken effect, and what the calls in it did stands under their own ids.
#[tokio::test(start_paused = true)]
async fn a_journal_has_it_and_the_calls_in_it() {
    let journal = Memory::default();
    let desk = toolbox().bind(store()).journaled_by(journal.clone());
    let calls = [("add", json!({"key": 1, "amount": 1})), ("hang", json!({}))];
    let run = desk.run([batch("toolu_1", &calls)]);
    let _ = tokio::time::timeout(crate::desk::ms(200), run).await;
    let records = journal.0.lock().unwrap().clone();
    // What was written when the program ended: a drop tells of the rest.
    let recovered: Recovered = records.into_iter().take(4).collect();
    let mut known: Vec<_> = recovered
        .calls()
        .map(|call| {
            (
                call.call().id().to_owned(),
                call.result().is_some(),
                call.effects(),
            )
        })
        .collect();
    known.sort_by(|one, other| one.0.cmp(&other.0));
    assert_eq!(
        known,
        [
            ("toolu_1".to_owned(), false, Effects::Unknown),
            ("toolu_1/1".to_owned(), true, Effects::Done),
            ("toolu_1/2".to_owned(), false, Effects::Unknown),
        ]
    );
}

/// Say under which key it is called.
#[tool(pure)]
async fn say_key(#[context] context: &CallContext) -> String {
    context.idempotency_key()
}

#[tokio::test(start_paused = true)]
async fn calls_in_a_call_have_keys_of_its_own_one() {
    let toolbox = Toolbox::new(tools![say_key]).unwrap();
    let toolbox = toolbox.with_batch_tool(BatchTool::new()).unwrap();
    let call = batch("a", &[("say_key", json!({})), ("say_key", json!({}))]);
    // Whoever delivers it once more means the same two.
    for _ in 0..2 {
        let call = call.clone().with_idempotency_key("order-7");
        let report = toolbox.run([call]).await;
        let steps = report.results()[0].steps().unwrap();
        assert_eq!(texts(steps), ["order-7-000", "order-7-001"]);
    }
}

#[tokio::test(start_paused = true)]
async fn an_explanation_is_of_the_turn_and_one_is_of_the_calls_in_it() {
    let calls = [("think", json!({"ms": 10})), ("think", json!({"ms": 20}))];
    let report = toolbox().bind(store()).run([batch("a", &calls)]).await;
    assert!(report.explain().to_string().contains("batch"));
    let steps = report.results()[0].steps().unwrap();
    assert_eq!(
        texts(steps),
        ["a/1 thought for 10 ms", "a/2 thought for 20 ms"]
    );
    assert!(steps.explain().to_string().contains("think"));
}
