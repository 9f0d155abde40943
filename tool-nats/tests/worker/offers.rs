//! What a worker says of itself, and workers that cannot begin.

use std::error::Error as _;
use std::time::Duration;

use harness::NatsServer;
use serde_json::Value;
use tool_nats::Worker;
use tool_nats::worker::WorkerError;
use tool_runtime::{RuntimeTool, ToolDefinition, Toolbox, tool, tools};

use crate::caller::{Caller, ask_until};
use crate::tools::{Probe, desk, toolbox, worker};

#[tokio::test]
async fn each_tool_is_an_endpoint_with_its_definition() {
    let server = NatsServer::start();
    let (_probe, running, caller) = desk(&server, |worker| worker.description("The desk")).await;
    let info = &caller.info;
    assert_eq!(info["id"], running.id());
    let [name, version, description] = ["name", "version", "description"].map(|key| &info[key]);
    assert_eq!(
        (name, version, description),
        (&"desk".into(), &"1.4.0".into(), &"The desk".into())
    );
    assert_eq!(info["metadata"]["format"], "1");
    assert_eq!(info["metadata"]["prefix"], "tools");
    assert_eq!(
        info["endpoints"].as_array().unwrap().len(),
        toolbox().tools().len()
    );

    let add = caller.endpoint("add");
    let metadata = &add["metadata"];
    let fingerprint = metadata["fingerprint"].as_str().unwrap();
    assert_eq!(add["subject"], format!("tools.desk.call.add.{fingerprint}"));
    assert_eq!(
        (&add["queue_group"], &metadata["format"]),
        (&"q".into(), &"1".into())
    );
    let tool: Value = serde_json::from_str(metadata["tool"].as_str().unwrap()).unwrap();
    assert_eq!(tool["description"], "Adds two numbers.");
    assert_eq!(
        tool["inputSchema"]["required"],
        serde_json::json!(["a", "b"])
    );
    let rules = caller.endpoint("append")["metadata"]["rules"]
        .as_str()
        .unwrap();
    let rules: Value = serde_json::from_str(rules).unwrap();
    assert_eq!(
        (&rules["idempotent"], &rules["approval"]),
        (&true.into(), &false.into())
    );
}

#[tokio::test]
async fn who_is_there_says_in_one_number_what_it_has() {
    let server = NatsServer::start();
    let (_probe, running, caller) = desk(&server, |worker| worker).await;
    let ping = ask_until(&caller.client, "$SRV.PING.desk").await;
    assert_eq!(ping["id"], running.id());
    let line = |endpoint: &Value| {
        let metadata = &endpoint["metadata"];
        let tool: Value = serde_json::from_str(metadata["tool"].as_str().unwrap()).unwrap();
        let [name, fingerprint] = [&tool["name"], &metadata["fingerprint"]];
        format!(
            "{} {}\n",
            name.as_str().unwrap(),
            fingerprint.as_str().unwrap()
        )
    };
    let endpoints = caller.info["endpoints"].as_array().unwrap();
    let mut lines: Vec<_> = endpoints.iter().map(line).collect();
    lines.sort();
    let hash = hmac_sha256::Hash::hash(lines.concat().as_bytes());
    let digits = hash[..20].iter().map(|byte| format!("{byte:02x}"));
    let offers = digits.collect::<String>();
    assert_eq!(ping["metadata"]["offers"], offers);
    assert_eq!(caller.info["metadata"]["offers"], offers);

    // Another worker with the same tools says the same, one with others something else.
    let same = worker(&Probe::new()).version("2.0.0");
    let same = same.start(&caller.client).await.unwrap();
    let ping = ask_until(&caller.client, &format!("$SRV.PING.desk.{}", same.id())).await;
    assert_eq!(ping["metadata"]["offers"], offers);
    let other = Toolbox::new(tools![tell_time]).unwrap();
    let other = Worker::new("desk", other.bind(())).start(&caller.client);
    let other = other.await.unwrap();
    let ping = ask_until(&caller.client, &format!("$SRV.PING.desk.{}", other.id())).await;
    assert_ne!(ping["metadata"]["offers"], offers);
}

#[tokio::test]
async fn all_subjects_have_the_prefix() {
    let server = NatsServer::start();
    let (_probe, _running, caller) = desk(&server, |worker| worker.prefix("shop.tools")).await;
    let subject = caller.ask("add", "").subject;
    assert!(
        subject.starts_with("shop.tools.desk.call.add."),
        "{subject}"
    );
    assert_eq!(
        caller
            .end(&caller.ask("add", r#"{"a": 1, "b": 2}"#))
            .await
            .text(),
        "3"
    );
}

#[tokio::test]
async fn what_is_counted_is_told() {
    let server = NatsServer::start();
    let (_probe, running, caller) = desk(&server, |worker| worker).await;
    for _ in 0..3 {
        caller.end(&caller.ask("add", r#"{"a": 1, "b": 2}"#)).await;
    }
    caller
        .end(&caller.ask("add", "{}").with("Tool-Format", "9"))
        .await;
    caller
        .end(&caller.ask("recite", r#"{"bytes": 2500000}"#))
        .await;
    let stats = ask_until(&caller.client, &format!("$SRV.STATS.desk.{}", running.id())).await;
    let of = |tool: &str| {
        let mut endpoints = stats["endpoints"].as_array().unwrap().iter();
        let stats = endpoints.find(|endpoint| endpoint["name"] == tool).unwrap();
        let [requests, errors] =
            ["num_requests", "num_errors"].map(|key| stats[key].as_u64().unwrap());
        (
            requests,
            errors,
            stats["last_error"].as_str().unwrap().to_owned(),
        )
    };
    let format = "400:the call is in format `9`; this worker reads format 1";
    assert_eq!(of("add"), (4, 1, format.to_owned()));
    assert_eq!(of("recite"), (1, 0, String::new()));
    assert_eq!(of("pay"), (0, 0, String::new()));
}

#[tokio::test]
async fn what_cannot_be_offered_is_refused_in_words() {
    let server = NatsServer::configured("max_payload: 4096");
    let client = server.client().await;
    let probe = Probe::new();
    let refused = async |worker: Worker| worker.start(&client).await.unwrap_err();
    let text = async |worker: Worker| refused(worker).await.to_string();
    let named = |name: &str| Worker::new(name, toolbox().bind(Probe::new()));
    assert_eq!(
        text(named("the desk")).await,
        "the name of a service has 1 to 64 ASCII letters, digits, `_` and `-`; found `the desk`"
    );
    assert!(matches!(refused(named("")).await, WorkerError::Name(_)));
    assert!(matches!(
        refused(worker(&probe).prefix("a.*")).await,
        WorkerError::Name(_)
    ));
    for version in ["", "1.4", "v1.4.0", "1.4.0\r\n"] {
        let error = refused(worker(&probe).version(version)).await;
        assert!(
            matches!(error, WorkerError::Version(_)),
            "{version:?}: {error}"
        );
    }
    assert_eq!(
        text(worker(&probe).version("1.4")).await,
        "the version `1.4` is no SemVer; write it as `1.4.0`"
    );
    assert_eq!(
        text(worker(&probe).max_calls(0)).await,
        "`max_calls` is 0; expected at least 1, and less than 2^60"
    );
    let years = Duration::from_secs(1 << 30);
    assert_eq!(
        text(worker(&probe).grace(years)).await,
        "`grace` is 1073741824s; expected at most a day"
    );
    assert!(matches!(
        refused(worker(&probe).remember(9, years)).await,
        WorkerError::Setting { .. }
    ));
    let empty = Toolbox::<()>::builder().build().unwrap();
    assert_eq!(
        text(Worker::new("desk", empty.bind(()))).await,
        "the toolbox has no tools; a worker needs at least one to offer"
    );
    let WorkerError::TooLarge { size, most } = refused(worker(&probe)).await else {
        panic!("all tools in 4 KiB")
    };
    assert!(size > most && most == 4_096, "{size}, {most}");
    // Nothing was started.
    assert!(client.request("$SRV.PING", "".into()).await.is_err());
}

#[tokio::test]
async fn the_largest_list_that_fits_is_answered() {
    let most = {
        let server = NatsServer::start();
        let (_probe, _running, caller) = desk(&server, |worker| worker).await;
        let info = caller
            .client
            .request("$SRV.INFO.desk", "".into())
            .await
            .unwrap();
        info.payload.len()
    };
    let fits = NatsServer::configured(&format!("max_payload: {most}"));
    let (_probe, _running, caller) = desk(&fits, |worker| worker).await;
    assert_eq!(
        caller.info["endpoints"].as_array().unwrap().len(),
        toolbox().tools().len()
    );
    let less = NatsServer::configured(&format!("max_payload: {}", most - 1));
    let error = worker(&Probe::new())
        .start(&less.client().await)
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "what the worker says of its tools has {most} bytes, and a message may have {}; make several services of the toolbox's views, or raise the server's `max_payload`",
            most - 1
        )
    );
    assert!(error.source().is_none());
}

/// Says what time it is.
#[tool(pure)]
async fn tell_time() -> &'static str {
    "noon"
}

#[tokio::test]
async fn two_tools_with_one_endpoint_are_refused() {
    let server = NatsServer::start();
    let client = server.client().await;
    let tool = |name: &str| {
        let definition = ToolDefinition::named(name, "Does something.");
        RuntimeTool::<()>::blocking(definition, |_, _, _| Ok::<_, String>(""))
    };
    let dotted = Toolbox::<()>::builder().tool(tool("a.b")).build().unwrap();
    let alone = Worker::new("desk", dotted.bind(()))
        .start(&client)
        .await
        .unwrap();
    let caller = Caller::of(server.client().await, "desk").await;
    let endpoint = caller.info["endpoints"][0]["name"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(endpoint.starts_with("a_b-"), "{endpoint}");
    assert_eq!(
        caller.end(&caller.ask(&endpoint, "{}")).await.ending(),
        "ok"
    );
    alone.drain().await;

    let both = Toolbox::<()>::builder()
        .tool(tool("a.b"))
        .tool(tool(&endpoint));
    let error = Worker::new("desk", both.build().unwrap().bind(()))
        .start(&client)
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "the tools `a.b` and `{endpoint}` would both have the endpoint `{endpoint}`; rename one of them"
        )
    );
}

#[tokio::test]
async fn who_serves_leaves_when_told() {
    let server = NatsServer::start();
    let client = server.client().await;
    let toolbox = Toolbox::new(tools![tell_time]).unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let worker = Worker::new("clock", toolbox.bind(()));
    let serving = tokio::spawn({
        let client = client.clone();
        async move { worker.serve(&client, async { drop(stopped.await) }).await }
    });
    let caller = Caller::of(server.client().await, "clock").await;
    assert_eq!(
        caller.end(&caller.ask("tell_time", "{}")).await.text(),
        "noon"
    );
    stop.send(()).unwrap();
    serving.await.unwrap().unwrap();
    assert!(client.request("$SRV.PING.clock", "".into()).await.is_err());
}

#[tokio::test]
async fn who_serves_hears_that_the_connection_is_closed() {
    let server = NatsServer::start();
    let client = server.client().await;
    let toolbox = Toolbox::new(tools![tell_time]).unwrap();
    let worker = Worker::new("clock", toolbox.bind(()));
    let serving = tokio::spawn({
        let client = client.clone();
        async move { worker.serve(&client, std::future::pending::<()>()).await }
    });
    Caller::of(server.client().await, "clock").await;
    client.drain().await.unwrap();
    let ended = tokio::time::timeout(crate::caller::PATIENCE, serving).await;
    let error = ended.unwrap().unwrap().unwrap_err();
    assert!(matches!(error, WorkerError::Closed), "{error}");
}
