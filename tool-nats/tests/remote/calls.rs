//! One call and its answer: what is sent, what comes back.

use tokio_stream::StreamExt;
use tool_nats::RemoteTools;
use tool_runtime::batch::Event;
use tool_runtime::{Progress, ToolCall, Toolbox, tool, tools};

use crate::fake::{Offering, Scene, desk, quick, text, written};

#[tokio::test]
async fn a_call_reaches_a_worker_and_its_answer_the_model() {
    let mut scene = Scene::begin(quick).await;
    let desk = desk();
    let (report, call) = scene
        .call("get_customer", r#"{"customer_id": 7}"#, async |worker| {
            let call = worker.call().await;
            call.run(&desk).await;
            call
        })
        .await;
    assert_eq!(text(&report), "customer 7");
    assert_eq!(report.results()[0].outcome().ending.code(), "ok");
    assert_eq!(report.results()[0].outcome().effects.code(), "none");
    assert_eq!(call.arguments(), r#"{"customer_id": 7}"#);
    assert_eq!(call.text("Tool-Call-Id"), "call_1");
    assert_eq!(call.header("Tool-Format"), Some("1"));
    assert_eq!(call.header("Tool-Attempt"), Some("1"));
    assert_eq!(call.header("Tool-Heartbeat-Ms"), Some("100"));
    assert_eq!(call.header("Tool-Approved"), None);
    let left: u64 = call.header("Tool-Timeout-Ms").unwrap().parse().unwrap();
    assert!((1..=60_000).contains(&left), "{left}");
}

#[tokio::test]
async fn what_is_wrong_with_arguments_reaches_no_worker() {
    let mut scene = Scene::begin(quick).await;
    let (report, ()) = scene
        .call("get_customer", r#"{"customer_id": "x"}"#, async |_| ())
        .await;
    assert!(
        text(&report).contains("`customer_id`: expected an integer"),
        "{}",
        text(&report)
    );
    assert!(scene.worker.is_idle());
}

/// Says what time it is.
#[tool(pure)]
async fn tell_time() -> &'static str {
    "noon"
}

#[tokio::test]
async fn local_and_remote_tools_are_in_one_batch() {
    let mut scene = Scene::begin(quick).await;
    let toolbox = Toolbox::<()>::builder()
        .tools(tools![tell_time])
        .tools(scene.remote.tools())
        .build()
        .unwrap();
    let calls = [
        ToolCall::new("1", "open_ticket", r#"{"subject": "a"}"#),
        ToolCall::new("2", "tell_time", "{}"),
        ToolCall::new("3", "open_ticket", r#"{"subject": "a"}"#),
        ToolCall::new("4", "open_ticket", r#"{"subject": "b"}"#),
    ];
    let desk = desk();
    let working = async {
        // The third waits for the first, which touches the same.
        let first = scene.worker.call().await;
        let second = scene.worker.call().await;
        let mut ids = [&first, &second].map(|call| call.text("Tool-Call-Id"));
        ids.sort();
        assert_eq!(ids, ["1", "4"]);
        assert!(scene.worker.is_idle());
        second.run(&desk).await;
        first.run(&desk).await;
        let third = scene.worker.call().await;
        assert_eq!(third.text("Tool-Call-Id"), "3");
        third.run(&desk).await;
    };
    let (report, ()) = tokio::join!(toolbox.run(calls), working);
    let texts: Vec<_> = report
        .results()
        .iter()
        .map(|result| result.text())
        .collect();
    assert_eq!(texts, ["opened: a", "noon", "opened: a", "opened: b"]);
}

#[tokio::test]
async fn calls_are_spread_over_workers() {
    let mut scene = Scene::begin(quick).await;
    let client = scene.server.client().await;
    let mut other = Offering::new("desk", "1.0.0", &desk()).start(&client).await;
    let calls = (0..40).map(|n| {
        ToolCall::new(
            format!("{n}"),
            "get_customer",
            format!(r#"{{"customer_id": {}}}"#, n + 1),
        )
    });
    let desk = desk();
    let working = async {
        let (mut here, mut there) = (0, 0);
        while here + there < 40 {
            tokio::select! {
                call = scene.worker.call() => { here += 1; call.run(&desk).await }
                call = other.call() => { there += 1; call.run(&desk).await }
            }
        }
        (here, there)
    };
    let (report, (here, there)) =
        tokio::join!(scene.toolbox.run(calls.collect::<Vec<_>>()), working);
    assert!(here > 0 && there > 0, "{here} and {there}");
    for (n, result) in report.results().iter().enumerate() {
        assert_eq!(result.text(), format!("customer {}", n + 1));
    }
}

#[tokio::test]
async fn progress_reaches_the_batch_in_order() {
    let mut scene = Scene::begin(quick).await;
    let desk = desk();
    let mut events = scene
        .toolbox
        .run([ToolCall::new("1", "pay", "{}")])
        .events();
    let working = async {
        let call = scene.worker.call().await;
        for done in 1..=3 {
            let progress = Progress::new(f64::from(done)).of(3.0).message("pages");
            call.progress(written(&progress)).await;
        }
        call.run(&desk).await;
    };
    let reading = async {
        let mut said = Vec::new();
        while let Some(event) = events.next().await {
            if let Event::Progress { progress, .. } = event {
                said.push(progress.to_string());
            }
        }
        said
    };
    let (said, ()) = tokio::join!(reading, working);
    assert_eq!(said, ["1 of 3: pages", "2 of 3: pages", "3 of 3: pages"]);
}

#[tokio::test]
async fn a_result_comes_in_parts() {
    let mut scene = Scene::begin(quick).await;
    let desk = desk();
    let (report, ()) = scene
        .call("pay", "{}", async |worker| {
            let call = worker.call().await;
            let report = serde_json::to_vec(&call.report(&desk).await).unwrap();
            let (first, second) = report.split_at(100);
            call.part("1/2", &call.key(), first.to_vec()).await;
            // Once more.
            call.part("1/2", &call.key(), first.to_vec()).await;
            call.part("2/2", &call.key(), second.to_vec()).await;
        })
        .await;
    assert_eq!(
        report.results()[0].outcome().ending.code(),
        "ok",
        "{report:?}"
    );
}

#[tokio::test]
async fn nothing_is_left_when_all_is_dropped() {
    let scene = Scene::begin(quick).await;
    let client = scene.server.client().await;
    let remote: RemoteTools = quick(RemoteTools::discover(client.clone())).await.unwrap();
    let toolbox = Toolbox::<()>::builder()
        .tools(remote.tools())
        .build()
        .unwrap();
    let tasks = tokio::runtime::Handle::current()
        .metrics()
        .num_alive_tasks();
    drop(remote);
    tokio::task::yield_now().await;
    let still = tokio::runtime::Handle::current()
        .metrics()
        .num_alive_tasks();
    assert_eq!(still, tasks, "the toolbox has it");
    drop(toolbox);
    for _ in 0..1_000 {
        if tokio::runtime::Handle::current()
            .metrics()
            .num_alive_tasks()
            < tasks
        {
            return;
        }
        tokio::task::yield_now().await;
    }
    panic!("the inbox is read though nobody waits");
}
