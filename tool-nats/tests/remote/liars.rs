//! Workers that do not behave: each call has one result that says what is known, and its siblings have theirs.

use std::future::IntoFuture;
use std::time::Duration;

use harness::NatsServer;
use serde_json::json;
use tool_nats::RemoteTools;
use tool_runtime::{Policy, ToolCall, Toolbox};

use crate::fake::{Call, Offered, Offering, Scene, desk, impatient, quick, settled, text};

/// What the call of `open_ticket` comes to that is answered so, while a sibling is answered well.
async fn answered(scene: &mut Scene, answer: impl AsyncFnOnce(&Call)) -> String {
    let desk = desk();
    let calls = [
        ToolCall::new("bad", "open_ticket", r#"{"subject": "a"}"#),
        ToolCall::new("good", "open_ticket", r#"{"subject": "b"}"#),
    ];
    let working = async {
        let (mut bad, mut good) = (scene.worker.call().await, scene.worker.call().await);
        if bad.text("Tool-Call-Id") == "good" {
            std::mem::swap(&mut bad, &mut good);
        }
        answer(&bad).await;
        good.run(&desk).await;
    };
    let (report, ()) = tokio::join!(scene.toolbox.run(calls), working);
    let [bad, good] = report.results() else {
        panic!("{report:?}");
    };
    assert_eq!(good.text(), "opened: b");
    bad.text().to_owned()
}

const NO_RESULT: &str = "The worker that ran `open_ticket` answered with what is no result. It may have taken effect; check before repeating.";

#[tokio::test]
async fn a_result_that_is_none_is_told() {
    let mut scene = Scene::begin(quick).await;
    let report = desk()
        .run([
            ToolCall::new("1", "pay", "{}"),
            ToolCall::new("2", "pay", "{}"),
        ])
        .await;
    let two = serde_json::to_value(&report).unwrap();
    let mut none = two.clone();
    none["results"] = json!([]);
    let mut later = two.clone();
    later["format"] = json!(2);
    for garbage in [
        "\u{0}\u{1b}[31mred".to_owned(),
        String::new(),
        "null".to_owned(),
        "[".repeat(100_000),
        two.to_string(),
        none.to_string(),
        later.to_string(),
    ] {
        let said = answered(&mut scene, async |call| call.result(garbage).await).await;
        assert_eq!(said, NO_RESULT);
    }
}

#[tokio::test]
async fn why_a_result_is_none_the_program_can_see() {
    let mut scene = Scene::begin(quick).await;
    let (report, ()) = scene
        .call("open_ticket", r#"{"subject": "a"}"#, async |worker| {
            let call = worker.call().await;
            let mut report = serde_json::to_value(call.report(&desk()).await).unwrap();
            report["format"] = json!(2);
            call.result(report.to_string()).await;
        })
        .await;
    let error = report.results()[0].error().unwrap();
    let source = std::error::Error::source(error).unwrap().to_string();
    assert_eq!(
        source,
        format!(
            "the answer of the worker `{}`: this report has format 2, and only format 1 is known at line 1 column 11",
            scene.worker.id
        )
    );
}

#[tokio::test]
async fn only_the_first_result_counts_and_only_the_calls_own() {
    let mut scene = Scene::begin(quick).await;
    let desk = desk();
    let said = answered(&mut scene, async |call| {
        let right = serde_json::to_vec(&call.report(&desk).await).unwrap();
        // Of another call, by its key.
        call.part("1/1", "another", "garbage").await;
        // To nobody's inbox, and to one that is none.
        let (inbox, token) = call.inbox().rsplit_once('.').unwrap();
        let headers = [
            ("Tool-Answer", "result"),
            ("Tool-Part", "1/1"),
            ("Tool-Idempotency-Key", "\"k\""),
        ];
        call.say_to(&format!("{inbox}.nobody"), &headers, "garbage")
            .await;
        call.say_to(&format!("{inbox}.{token}x"), &headers, "garbage")
            .await;
        // What is no answer at all.
        call.say(&[], "garbage").await;
        call.say(&[("Tool-Answer", "dance")], "").await;
        call.say(&[("Tool-Answer", "result")], "garbage").await;
        call.say(&[("Tool-Answer", "progress")], "garbage").await;
        call.result(right).await;
        call.result("twice").await;
        call.refuse("busy", "and refused").await;
        call.running().await;
    })
    .await;
    assert_eq!(said, "opened: a");
    // It goes on for that which came after the end.
    assert_eq!(
        answered(&mut scene, async |call| call.run(&desk).await).await,
        "opened: a"
    );
}

#[tokio::test]
async fn what_runs_was_not_refused() {
    let mut scene = Scene::begin(quick).await;
    let desk = desk();
    let said = answered(&mut scene, async |call| {
        call.running().await;
        call.refuse("busy", "says another worker").await;
        call.run(&desk).await;
    });
    assert_eq!(said.await, "opened: a");
}

#[tokio::test]
async fn parts_of_two_workers_are_none_of_one_result() {
    let mut scene = Scene::begin(quick).await;
    let desk = desk();
    let said = answered(&mut scene, async |call| {
        let report = serde_json::to_vec(&call.report(&desk).await).unwrap();
        let key = serde_json::to_string(&call.key()).unwrap();
        let part = |part, worker| {
            [
                ("Tool-Answer", "result"),
                ("Tool-Part", part),
                ("Tool-Idempotency-Key", key.as_str()),
                ("Tool-Worker", worker),
            ]
        };
        let (first, second) = report.split_at(100);
        call.say(&part("1/2", "a"), first.to_vec()).await;
        call.say(&part("1/1", "b"), "garbage").await;
        call.say(&part("2/2", "b"), "garbage").await;
        call.say(&part("2/2", "a"), second.to_vec()).await;
    });
    assert_eq!(said.await, "opened: a");
}

#[tokio::test]
async fn parts_that_are_missing_or_too_many_are_told() {
    let mut scene = Scene::begin(|discover| impatient(discover).max_result_bytes(10_000)).await;
    const LOST: &str = "A part of the answer to `open_ticket` was lost on its way. It may have taken effect; check before repeating. The same call may succeed later.";
    for parts in [
        &["1/3", "3/3"][..],
        &["2/3"],
        &["3/3", "1/3", "2/3"],
        &["2/1"],
    ] {
        let said = answered(&mut scene, async |call| {
            for part in parts {
                call.part(part, &call.key(), "x").await;
            }
        });
        assert_eq!(said.await, LOST, "{parts:?}");
    }
    // The last never comes.
    let said = answered(&mut scene, async |call| {
        call.part("1/2", &call.key(), "x").await
    })
    .await;
    assert_eq!(
        said,
        "No worker has answered the call of `open_ticket`. It may have taken effect; check before repeating. The same call may succeed later."
    );
    // Without an end.
    let said = answered(&mut scene, async |call| {
        for part in 1..=20 {
            call.part(
                &format!("{part}/4000000000"),
                &call.key(),
                "x".repeat(1_000),
            )
            .await;
        }
    })
    .await;
    assert_eq!(
        said,
        "The answer to `open_ticket` is longer than the 10000 bytes that are taken. It may have taken effect; check before repeating. The same call would fail again."
    );
}

#[tokio::test]
async fn progress_without_an_end_ends_with_the_calls_time() {
    let mut scene = Scene::begin(quick).await;
    let policy = Policy::default().call_timeout(Duration::from_millis(400));
    let bound = scene.toolbox.bind(()).with(policy).unwrap();
    let working = async {
        let call = scene.worker.call().await;
        loop {
            call.progress(json!({"done": 1})).await;
        }
    };
    let calling = bound.run([ToolCall::new("1", "open_ticket", r#"{"subject": "a"}"#)]);
    let report = tokio::select! {
        report = calling => report,
        () = working => unreachable!("it has no end"),
    };
    assert_eq!(
        text(&report),
        "`open_ticket` did not finish within 400ms and was stopped. It may have taken effect; check before repeating."
    );
}

fn tool(name: &str, schema: serde_json::Value) -> Offered {
    offered(json!({"name": name, "description": "Does it.", "inputSchema": schema}))
}

fn offered(tool: serde_json::Value) -> Offered {
    let name = tool["name"].as_str().unwrap();
    let rules = json!({
        "effects": {"pure": true}, "effects_per_call": false, "destructive": false, "idempotent": false, "approval": false,
    });
    let named = name.replace([' ', '.'], "_");
    Offered::new("desk", &named, &tool.to_string(), &rules.to_string())
}

async fn discovered(offering: Offering) -> (NatsServer, RemoteTools, Vec<String>) {
    let server = NatsServer::start();
    let client = server.client().await;
    let worker = offering.start(&client).await;
    let remote = quick(RemoteTools::discover(server.client().await))
        .await
        .unwrap();
    drop(worker);
    let refused = remote.refused().iter().map(ToString::to_string).collect();
    (server, remote, refused)
}

fn names(remote: &RemoteTools) -> Vec<String> {
    let toolbox = Toolbox::<()>::builder()
        .tools(remote.tools())
        .build()
        .unwrap();
    toolbox
        .tools()
        .iter()
        .map(|tool| tool.name().to_owned())
        .collect()
}

#[tokio::test]
async fn offers_that_lie_are_refused_and_the_others_taken() {
    let mut offering = Offering::new("desk", "1.0.0", &desk());
    let lie = offering
        .endpoint("pay")
        .metadata
        .get_mut("fingerprint")
        .unwrap();
    *lie = "0".repeat(40);
    offering.endpoint("open_ticket").subject = "tools.desk.call.pay.elsewhere".to_owned();
    offering
        .endpoint("undeclared")
        .metadata
        .insert("format".to_owned(), "2".to_owned());
    offering
        .endpoints
        .push(tool("no_schema", json!({"type": "never_heard_of"})));
    offering.endpoints.push(tool("no_object", json!([1])));
    offering.endpoints.push(offered(
        json!({"name": "no_output", "inputSchema": {"type": "object"}, "outputSchema": {"type": 7}}),
    ));
    offering.endpoints.push(tool(
        "large",
        json!({"type": "object", "description": "x".repeat(70_000)}),
    ));
    let mut bare = tool("bare", json!({"type": "object"}));
    bare.metadata.clear();
    offering.endpoints.push(bare);
    let (_server, remote, refused) = discovered(offering).await;
    assert_eq!(names(&remote), ["get_customer"]);
    let expected = [
        "`bare` of `desk`: its metadata has no `format`",
        "`large` of `desk`: 70",
        "`no_object` of `desk`: no toolbox takes it: ",
        "`no_output` of `desk`: no toolbox takes it: ",
        "`no_schema` of `desk`: no toolbox takes it: ",
        "`open_ticket` of `desk`: its worker hears calls at `tools.desk.call.pay.elsewhere`, which is not where those of its definition are sent",
        "`pay` of `desk`: its fingerprint is not that of its definition",
        "`undeclared` of `desk`: it is offered in format `2`; this program reads format 1",
    ];
    assert_eq!(refused.len(), expected.len(), "{refused:#?}");
    for (refused, expected) in refused.iter().zip(expected) {
        assert!(refused.starts_with(expected), "{refused}");
    }
}

#[tokio::test]
async fn a_name_that_no_provider_takes_is_mapped_for_it() {
    let mut offering = Offering::new("desk", "1.0.0", &desk());
    for (name, nearest) in [("math.add now", "math_add_now"), ("", "")] {
        let mut odd = tool(name, json!({"type": "object"}));
        let fingerprint = odd.metadata["fingerprint"].clone();
        odd.name = format!("{nearest}-{}", &fingerprint[..8]);
        odd.subject = format!("tools.desk.call.{}.{fingerprint}", odd.name);
        offering.endpoints.push(odd);
    }
    let (_server, remote, refused) = discovered(offering).await;
    let [unnamed] = refused.as_slice() else {
        panic!("{refused:#?}");
    };
    assert!(
        unnamed.starts_with("`` of `desk`: no toolbox takes it: "),
        "{unnamed}"
    );
    assert!(names(&remote).contains(&"math.add now".to_owned()));
    let toolbox = Toolbox::<()>::builder()
        .tools(remote.tools())
        .build()
        .unwrap();
    let manifest = toolbox.manifest(tool_runtime::dialect::OpenAiChat).unwrap();
    assert!(
        manifest.as_str().contains(r#""name":"math_add_now""#),
        "{manifest}"
    );
}

#[tokio::test]
async fn of_ten_thousand_tools_so_many_are_taken() {
    let server = NatsServer::configured("max_payload: 33554432");
    let client = server.client().await;
    let mut offering = Offering::new("desk", "1.0.0", &desk());
    let _desk = Offering::new("desk", "1.0.0", &desk()).start(&client).await;
    offering.endpoints.clear();
    // One endpoint hears them all; nobody calls them.
    let many = (0..10_000).map(|n| tool(&format!("tool_{n:05}"), json!({"type": "object"})));
    offering.endpoints.extend(many);
    let [ping, info] = [offering.ping("flood"), offering.info("flood")];
    let mut asked = client.subscribe("$SRV.*").await.unwrap();
    let mut its = client.subscribe("$SRV.INFO.desk.flood").await.unwrap();
    settled(&client).await;
    let flood = async {
        use tokio_stream::StreamExt;
        loop {
            let (question, answer) = tokio::select! {
                question = asked.next() => (question.unwrap(), &ping),
                question = its.next() => (question.unwrap(), &info),
            };
            let reply = question.reply.unwrap();
            for garbage in ["", "{}", "null", r#"{"name": "desk"}"#] {
                client.publish(reply.clone(), garbage.into()).await.unwrap();
            }
            client
                .publish(reply, answer.to_string().into())
                .await
                .unwrap();
        }
    };
    let remote = quick(RemoteTools::discover(server.client().await)).at_least(2);
    let remote = tokio::select! {
        remote = remote.within(Duration::from_secs(8)).into_future() => remote.unwrap(),
        () = flood => unreachable!("it has no end"),
    };
    assert_eq!(names(&remote).len(), 1_000);
    let refused = remote.refused();
    assert_eq!(refused.len(), 9_004);
    assert_eq!(
        refused.last().unwrap().problem,
        "there are more than 1000 tools; ask for fewer with `service`"
    );
}
