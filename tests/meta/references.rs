//! Results of earlier calls as arguments of later ones.

use std::sync::{Arc, Mutex};

use proptest::prelude::*;
use serde_json::{Value, json};
use support::{codes, nothing_is_left, texts};
use tokio::time::Instant;
use tool_runtime::approval::{self, ApprovalRequest};
use tool_runtime::batch::Progressed;
use tool_runtime::dialect::{
    Anthropic, Bedrock, Gemini, Mcp, Mistral, Ollama, OpenAiChat, OpenAiResponses, RequestFormat,
};
use tool_runtime::{BatchTool, Ending, Policy, Report, ToolCall, ToolResult, Toolbox, tool, tools};

use crate::desk::{Store, ms, plain, store};

/// Echo a value.
#[tool(pure)]
async fn echo(
    /// What.
    value: Option<Vec<Vec<u64>>>,
    /// A text.
    text: Option<String>,
) -> String {
    format!("{value:?} {text:?}")
}

/// Find something that has parts.
#[tool(pure)]
async fn find() -> Value {
    json!({"a/b": [{"id": 12345678901234567_u64, "name": "Ada"}], "empty": {}})
}

/// Say a text.
#[tool(pure)]
async fn say(#[state] _store: &Store) -> &'static str {
    "a \"text\""
}

fn toolbox() -> Toolbox<Store> {
    under(Policy::default())
}

fn under(policy: Policy) -> Toolbox<Store> {
    use crate::desk::{add, anything, boom, get, hang, pay, think};
    let tools = tools![get, add, think, boom, hang, pay, anything, echo, find, say];
    let toolbox = Toolbox::builder()
        .tools(tools)
        .policy(policy)
        .build()
        .unwrap();
    toolbox
        .with_batch_tool(BatchTool::new().references(true))
        .unwrap()
}

/// A call of the batch tool; each call in it with its id.
fn batch(calls: &[(&str, &str, Value)]) -> ToolCall {
    let calls: Vec<Value> = calls
        .iter()
        .map(|(id, tool, arguments)| json!({"id": id, "tool": tool, "arguments": arguments}))
        .collect();
    ToolCall::new("a", "batch", json!({ "calls": calls }).to_string())
}

async fn run(calls: &[(&str, &str, Value)]) -> Report {
    toolbox().bind(store()).run([batch(calls)]).await
}

fn steps(report: &Report) -> &Report {
    report.results()[0].steps().unwrap()
}

#[tokio::test(start_paused = true)]
async fn values_stand_where_they_are_wanted() {
    let report = run(&[
        ("found", "find", json!({})),
        ("said", "say", json!({})),
        (
            "number",
            "get",
            json!({"key": {"$result": "found", "path": "/a~1b/0/id"}}),
        ),
        (
            "deep",
            "echo",
            json!({"value": [[1], [2, {"$result": "number"}]], "text": {"$result": "said"}}),
        ),
        (
            "null",
            "echo",
            json!({"text": {"$result": "found", "path": "/a~1b/0/name"}, "value": null}),
        ),
    ])
    .await;
    assert_eq!(codes(steps(&report)), ["ok"; 5]);
    assert_eq!(
        steps(&report).results()[2].arguments(),
        r#"{"key":12345678901234567}"#
    );
    assert_eq!(
        texts(steps(&report))[3],
        r#"Some([[1], [2, 0]]) Some("a \"text\"")"#
    );
    assert_eq!(texts(steps(&report))[4], r#"None Some("Ada")"#);
    assert!(texts(&report)[0].contains("step `deep` (`echo`): ok\n"));
    // Nobody has changed them.
    assert!(
        steps(&report)
            .results()
            .iter()
            .all(|result| result.edited_arguments().is_none())
    );
    assert!(
        steps(&report)
            .results()
            .iter()
            .all(|result| result.repairs().is_empty())
    );

    // As a text, and as all arguments.
    let calls = r#"{"calls": [
        {"id": "one", "tool": "find", "arguments": "{}"},
        {"id": "two", "tool": "get", "arguments": "{\"key\": {\"$result\": \"one\", \"path\": \"/a~1b/0/id\"}}"},
        {"id": "three", "tool": "find", "arguments": {"$result": "one", "path": "/empty"}}
    ]}"#;
    let report = toolbox()
        .bind(store())
        .run([ToolCall::new("a", "batch", calls)])
        .await;
    assert_eq!(codes(steps(&report)), ["ok"; 3]);
}

#[tokio::test(start_paused = true)]
async fn a_call_waits_for_those_it_refers_to_and_no_others() {
    let began = Instant::now();
    let report = run(&[
        ("slow", "think", json!({"ms": 1000})),
        ("one", "get", json!({"key": 1})),
        ("two", "get", json!({"key": {"$result": "one"}})),
        ("three", "get", json!({"key": {"$result": "two"}})),
    ])
    .await;
    assert_eq!(codes(steps(&report)), ["ok"; 4]);
    assert_eq!(began.elapsed(), ms(1000));
    let three = &steps(&report).results()[3];
    assert_eq!(three.span().unwrap().finished, ms(300));
    assert_eq!(three.waits()[0].what.to_string(), "call 2");
}

/// What it touches is not known before, so it counts as touching all that its template may mean.
#[tokio::test(start_paused = true)]
async fn keys_that_are_not_known_cover_all() {
    let store = store();
    let began = Instant::now();
    let report = toolbox()
        .bind(Arc::clone(&store))
        .order_across_batches("all")
        .run([
            batch(&[
                ("one", "get", json!({"key": 7})),
                (
                    "two",
                    "add",
                    json!({"key": {"$result": "one"}, "amount": 1}),
                ),
                ("three", "get", json!({"key": 9})),
            ]),
            ToolCall::new("b", "get", r#"{"key": 0}"#),
        ])
        .await;
    assert_eq!(codes(steps(&report)), ["ok"; 3]);
    assert_eq!(texts(&report)[1], "1");
    assert_eq!(began.elapsed(), ms(100 + 50 + 100 + 100));
}

#[tokio::test(start_paused = true)]
async fn a_call_that_did_not_succeed_skips_those_that_need_it() {
    let report = run(&[
        ("bad", "add", json!({"key": 1, "amount": 13})),
        ("next", "get", json!({"key": {"$result": "bad"}})),
        ("last", "get", json!({"key": {"$result": "next"}})),
        ("other", "think", json!({"ms": 1})),
    ])
    .await;
    assert_eq!(
        codes(steps(&report)),
        ["failed", "skipped", "skipped", "ok"]
    );
    let because = |index: usize| steps(&report).results()[index].outcome().ending;
    assert_eq!(because(1), Ending::Skipped { because: 0 });
    assert_eq!(because(2), Ending::Skipped { because: 0 });
    assert_eq!(
        texts(steps(&report))[2],
        "`get` was not called, because an earlier call of this turn, of `add`, did not succeed. Nothing was changed. See to that first; then call it again if it is still needed."
    );
    for calls in [
        [
            ("bad", "boom", json!({"key": 1})),
            ("next", "think", json!({"ms": {"$result": "bad"}})),
        ],
        [
            ("bad", "gte", json!({})),
            ("next", "think", json!({"ms": {"$result": "bad"}})),
        ],
        [
            ("bad", "get", json!({})),
            ("next", "think", json!({"ms": {"$result": "bad"}})),
        ],
    ] {
        let report = run(&calls).await;
        assert_eq!(
            steps(&report).results()[1].outcome().ending,
            Ending::Skipped { because: 0 }
        );
    }
}

#[tokio::test(start_paused = true)]
async fn two_that_refer_to_what_failed_are_both_skipped_also_where_the_same_run_once() {
    let toolbox = under(Policy::default().coalesce(true));
    let echo = json!({"text": {"$result": "added"}});
    let calls = [
        ("added", "add", json!({"key": 1, "amount": 13})),
        ("one", "echo", echo.clone()),
        ("two", "echo", echo),
    ];
    let report = toolbox.bind(store()).run([batch(&calls)]).await;
    assert_eq!(codes(steps(&report)), ["failed", "skipped", "skipped"]);
}

#[tokio::test(start_paused = true)]
async fn what_it_gets_is_held_to_its_schema() {
    let get = |path: &str| json!({"key": {"$result": "found", "path": path}});
    let report = run(&[
        ("found", "find", json!({})),
        ("said", "say", json!({})),
        ("type", "get", get("/a~1b/0/name")),
        ("key", "get", get("/a~1b/0/ident")),
        ("index", "get", get("/a~1b/1/id")),
        ("root", "get", get("/nothing")),
        ("nothing", "get", get("/empty/id")),
        ("below", "get", get("/a~1b/0/name/x")),
        (
            "text",
            "get",
            json!({"key": {"$result": "said", "path": "/x"}}),
        ),
    ])
    .await;
    let told = |problem: &str| {
        format!(
            "`get` was not called, because its arguments are not valid:\n- {problem}\nCall it again with correct arguments."
        )
    };
    assert_eq!(codes(steps(&report))[2..], ["invalid_arguments"; 7]);
    let at = |pointer: &str, found: &str| {
        told(&format!(
            "`key`: expected a value at `{pointer}` of the result of `found`, got {found}"
        ))
    };
    assert_eq!(
        texts(steps(&report))[2..],
        [
            told("`key`: expected an integer of 0 or more, got string \"Ada\""),
            at(
                "/a~1b/0/ident",
                "an object with `id` and `name` at `/a/b/0`"
            ),
            at("/a~1b/1/id", "an array of 1 element at `/a/b`"),
            at("/nothing", "an object with `a/b` and `empty`"),
            at("/empty/id", "an object with nothing at `/empty`"),
            at("/a~1b/0/name/x", "string \"Ada\" at `/a/b/0/name`"),
            told(
                "`key`: expected a value at `/x` of the result of `said`, got text, which has no parts; leave `path` out for all of it"
            ),
        ]
    );
}

#[tokio::test]
async fn wrong_references_are_told_all_at_once() {
    let store = store();
    let call = batch(&[
        (
            "first",
            "add",
            json!({"key": {"$result": "second"}, "amount": {"$result": "first"}}),
        ),
        ("second", "echo", json!({"value": [[{"$result": "frist"}]]})),
        ("third", "get", json!({"key": {"$result": 1}})),
        (
            "third",
            "get",
            json!({"key": {"$result": "first", "path": "id"}}),
        ),
        (
            "",
            "get",
            json!({"key": {"$result": "first", "path": "/~2", "default": 7}}),
        ),
    ]);
    let report = toolbox().bind(Arc::clone(&store)).run([call]).await;
    assert_eq!(
        texts(&report),
        [
            "`batch` was not called, because its arguments are not valid:\n\
          - `calls[4].id`: expected a string of 1 to 64 characters, got string \"\"\n\
          - `calls[3].id`: expected an id of its own, got `third`, which is that of `calls[2]`\n\
          - `calls[0].arguments.amount.$result`: expected no reference, since no call is before this one, got `first`, which is this call itself\n\
          - `calls[0].arguments.key.$result`: expected no reference, since no call is before this one, got `second`, which is a later call\n\
          - `calls[1].arguments.value[0][0].$result`: expected the id of an earlier call, `first`, got `frist`, which no call has; did you mean `first`?\n\
          - `calls[2].arguments.key.$result`: expected the id of an earlier call, `first` or `second`, got integer `1`\n\
          - `calls[3].arguments.key.path`: expected a JSON pointer, such as `/id` or `/0/id`, or none for all of the result, got string \"id\"\n\
          - `calls[4].arguments.key.default`: expected only `$result` and `path`, got something beside them\n\
          - `calls[4].arguments.key.path`: expected a JSON pointer, such as `/id` or `/0/id`, or none for all of the result, got string \"/~2\"\n\
          Call it again with correct arguments."
        ]
    );
    assert!(store.log().is_empty());

    // Each call has an id where they may refer to each other, and none where they may not.
    let without = crate::desk::batch("a", &[("find", json!({}))]);
    let report = toolbox().bind(store).run([without]).await;
    assert!(texts(&report)[0].contains("- `calls[0].id`: expected a name of the call's own, since this argument is required, got nothing"));
    let off = plain(Policy::default())
        .with_batch_tool(BatchTool::new())
        .unwrap();
    let report = off
        .bind(crate::desk::store())
        .run([batch(&[("one", "list", json!({}))])])
        .await;
    assert!(texts(&report)[0].contains("- `calls[0].id`: expected only `tool` and `arguments`"));
}

#[tokio::test(start_paused = true)]
async fn approval_is_asked_for_the_values() {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let notes = Arc::clone(&asked);
    let approver = approval::by(move |request: ApprovalRequest| {
        notes
            .lock()
            .unwrap()
            .push((request.index(), request.arguments().to_owned()));
        async move {
            Ok(match request.arguments().contains("700") {
                true => request.approve(),
                false => request.deny("Too much."),
            })
        }
    });
    let calls = [
        ("one", "add", json!({"key": 1, "amount": 700})),
        ("two", "add", json!({"key": 2, "amount": 800})),
        ("small", "add", json!({"key": 3, "amount": 5})),
        (
            "pay",
            "pay",
            json!({"to": "Ada", "amount": {"$result": "one"}}),
        ),
        (
            "more",
            "pay",
            json!({"to": "Bob", "amount": {"$result": "two"}}),
        ),
        (
            "less",
            "pay",
            json!({"to": "Cyd", "amount": {"$result": "small"}}),
        ),
    ];
    let store = store();
    let desk = toolbox().bind(Arc::clone(&store));
    let report = desk
        .clone()
        .approved_by(approver)
        .run([batch(&calls)])
        .await;
    assert_eq!(codes(steps(&report))[3..], ["ok", "denied", "ok"]);
    let mut asked = asked.lock().unwrap().clone();
    asked.sort();
    assert_eq!(
        asked,
        [
            (3, r#"{"amount":700,"to":"Ada"}"#.to_owned()),
            (4, r#"{"amount":800,"to":"Bob"}"#.to_owned())
        ]
    );

    // Without anybody to ask, none that needs it is made.
    let report = desk.run([batch(&calls)]).await;
    assert_eq!(codes(steps(&report))[3..], ["denied", "denied", "ok"]);

    // One that changes them changes what is known.
    let editing = approval::editing(|request: ApprovalRequest| async move {
        Ok(request.approve_with(r#"{"to": "Eve", "amount": 1}"#))
    });
    let report = desk.clone().approved_by(editing).run([batch(&calls)]).await;
    assert!(texts(steps(&report))[3].contains("paid 1 to Eve"));
    assert!(steps(&report).results()[3].edited_arguments().is_some());

    // Nobody decides in time.
    let never = approval::by(|_: ApprovalRequest| std::future::pending());
    let report = desk.clone().approved_by(never).run([batch(&calls)]).await;
    assert_eq!(
        steps(&report).results()[3].outcome().ending.to_string(),
        "timed_out (approval)"
    );
    assert!(
        texts(steps(&report))[3].starts_with(
            "`pay` was not called: it needs approval, and nobody decided within 120s."
        )
    );
}

/// Whoever decides on the whole has not seen what is not known yet.
#[tokio::test(start_paused = true)]
async fn a_decision_on_the_whole_is_none_on_what_was_not_known() {
    let calls = [
        ("pay", "pay", json!({"to": "Ada", "amount": 500})),
        ("one", "add", json!({"key": 1, "amount": 700})),
        (
            "more",
            "pay",
            json!({"to": "Bob", "amount": {"$result": "one"}}),
        ),
    ];
    let store = store();
    let desk = toolbox().bind(Arc::clone(&store));
    let Progressed::Suspended(suspended) = desk.run([batch(&calls)]).or_suspend().await else {
        panic!("it ran")
    };
    let decision = suspended.pending().next().unwrap().approve();
    let report = desk.resume(suspended, [decision]).unwrap().await;
    assert_eq!(store.log(), ["pay 500 to Ada", "add 700 to 1"]);
    assert_eq!(codes(steps(&report)), ["ok", "ok", "denied"]);
    assert_eq!(
        texts(steps(&report))[2],
        "`pay` was not called, since it is not allowed: it needs approval, and its arguments were not known when that was asked for. It may be called by itself, with arguments that refer to nothing. Nothing was changed. Call it again if it is still needed."
    );
}

#[tokio::test(start_paused = true)]
async fn told_to_end_it_leaves_nothing() {
    let calls = [
        ("hang", "hang", json!({})),
        ("next", "think", json!({"ms": {"$result": "hang"}})),
    ];
    let toolbox = under(
        Policy::default()
            .batch_timeout(ms(1000))
            .tool_timeout("hang", ms(60_000)),
    );
    let store = store();
    let report = toolbox.bind(Arc::clone(&store)).run([batch(&calls)]).await;
    assert_eq!(
        texts(steps(&report))[1],
        "`think` was not started: the 1s for all calls of this turn were over. Nothing was changed. Call it again if it is still needed."
    );
    drop(report);
    let run = toolbox.bind(Arc::clone(&store)).run([batch(&calls)]);
    assert!(tokio::time::timeout(ms(100), run).await.is_err());
    toolbox.idle().await;
    nothing_is_left(&toolbox, &store, 1, [ToolCall::new("", "find", "{}")])
        .await
        .unwrap();
}

#[test]
fn every_provider_has_a_form_for_it() {
    let few = toolbox().only(["get", "add", "batch"]).unwrap();
    let strict: [&dyn RequestFormat; 13] = [
        &Anthropic,
        &OpenAiChat,
        &OpenAiResponses,
        &Gemini,
        &Bedrock,
        &Mcp,
        &Mistral,
        &Ollama,
        &Anthropic.strict(),
        &OpenAiChat.strict(),
        &OpenAiResponses.strict(),
        &Bedrock.strict(),
        &Mistral.strict(),
    ];
    for format in strict {
        for toolbox in [&few, &toolbox()] {
            let manifest = toolbox.manifest(format);
            let manifest = manifest.unwrap_or_else(|error| panic!("{}: {error}", format.name()));
            let tool = manifest.tools().last().unwrap();
            assert!(tool.description().contains("$result"));
            let call = &tool.parameters()["properties"]["calls"]["items"];
            let call = call.get("anyOf").map_or(call, |calls| &calls[0]);
            let required = call["required"].as_array().unwrap();
            assert_eq!(required.len(), 3, "{}", format.name());
            let arguments = &call["properties"]["arguments"];
            assert!(
                arguments["type"] == "string" || arguments["properties"]["key"]["anyOf"].is_array(),
                "{}: {arguments}",
                format.name()
            );
        }
    }
}

/// A number, or the result of an earlier call.
#[derive(Clone, Debug)]
enum Number {
    Is(u64),
    Of(usize),
}

fn value() -> impl Strategy<Value = Number> {
    prop_oneof![
        // Few, so that calls touch the same items; what is added to nothing is the key of another.
        6 => (0..3_u64).prop_map(Number::Is),
        1 => Just(Number::Is(13)),
        4 => (0..12_usize).prop_map(Number::Of),
    ]
}

impl Number {
    fn refers(&self, index: usize) -> Option<usize> {
        match self {
            Self::Of(step) if index > 0 => Some(step % index),
            _ => None,
        }
    }

    fn written(&self, index: usize) -> Value {
        match (self, self.refers(index)) {
            (_, Some(step)) => json!({ "$result": format!("s{step}") }),
            (Self::Is(value), _) => json!(value),
            (Self::Of(_), None) => json!(1),
        }
    }
}

/// Which tool, and its one or two numbers.
type Call = (bool, Number, Number);

fn members((is_add, key, amount): &Call) -> Vec<(&'static str, &Number)> {
    match is_add {
        true => vec![("key", key), ("amount", amount)],
        false => vec![("key", key)],
    }
}

/// The same one by one: each call in a batch of its own, with what is known by then.
async fn straight(toolbox: &Toolbox<Store>, store: &Arc<Store>, calls: &[Call]) -> Vec<String> {
    let mut results: Vec<Result<ToolResult, usize>> = Vec::new();
    for (index, call) in calls.iter().enumerate() {
        let refers = || {
            members(call)
                .into_iter()
                .filter_map(|(_, value)| value.refers(index))
        };
        let failed = refers().find_map(|step| match &results[step] {
            Err(because) => Some(*because),
            Ok(result) => result.is_error().then_some(step),
        });
        // Which of several is told depends on their order in the text.
        if let Some(because) = failed {
            results.push(Err(because));
            continue;
        }
        let arguments = members(call).into_iter().map(|(name, value)| {
            let value = match value.refers(index) {
                Some(step) => serde_json::from_str(results[step].as_ref().unwrap().text()).unwrap(),
                None => value.written(index),
            };
            (name.to_owned(), value)
        });
        let arguments = Value::from(arguments.collect::<serde_json::Map<_, _>>()).to_string();
        let name = if call.0 { "add" } else { "get" };
        let report = toolbox
            .bind(Arc::clone(store))
            .run([ToolCall::new("", name, arguments)])
            .await;
        results.push(Ok(report.results()[0].clone()));
    }
    results
        .iter()
        .map(|result| match result {
            Ok(result) => format!("{} {}", result.outcome().ending.code(), result.text()),
            Err(_) => "skipped".to_owned(),
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn it_is_as_one_by_one(calls in prop::collection::vec((any::<bool>(), value(), value()), 1..13)) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        let (toolbox, serial, packed) = (toolbox(), store(), store());
        let expected = runtime.block_on(straight(&toolbox, &serial, &calls));
        let written: Vec<Value> = calls
            .iter()
            .enumerate()
            .map(|(index, call)| {
                let arguments = members(call).into_iter().map(|(name, value)| (name.to_owned(), value.written(index)));
                let arguments: serde_json::Map<_, _> = arguments.collect();
                let name = if call.0 { "add" } else { "get" };
                json!({"id": format!("s{index}"), "tool": name, "arguments": arguments})
            })
            .collect();
        let call = ToolCall::new("a", "batch", json!({ "calls": written }).to_string());
        let report = runtime.block_on(toolbox.bind(Arc::clone(&packed)).run([call]));
        let told = |result: &ToolResult| match result.outcome().ending {
            Ending::Skipped { .. } => "skipped".to_owned(),
            ending => format!("{} {}", ending.code(), result.text()),
        };
        let results: Vec<_> = steps(&report).results().iter().map(told).collect();
        prop_assert_eq!(results, expected);
        prop_assert_eq!(packed.items(), serial.items());
    }
}
