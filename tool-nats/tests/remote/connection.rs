//! The server is gone, and comes back.

use std::time::Duration;

use async_nats::connection::State;
use async_nats::{Client, ConnectOptions};
use harness::NatsServer;
use tokio::time::{sleep, timeout};
use tool_nats::RemoteTools;
use tool_nats::remote::DiscoverError;
use tool_runtime::ToolCall;

use crate::fake::{PATIENCE, Scene, desk, impatient, quick, settled, text};

/// Waits until the client has no connection, or has one over which everything was sent.
async fn until(client: &Client, state: State) {
    let there = async {
        while client.connection_state() != state {
            sleep(Duration::from_millis(5)).await;
        }
        if state == State::Connected {
            settled(client).await;
        }
    };
    timeout(PATIENCE, there).await.expect("it to be so");
}

impl Scene {
    async fn server_dies(&mut self) {
        self.server.kill();
        until(&self.caller, State::Disconnected).await;
        until(&self.worker.client, State::Disconnected).await;
    }

    async fn server_comes_back(&mut self) {
        self.server.start_again();
        until(&self.worker.client, State::Connected).await;
        until(&self.caller, State::Connected).await;
    }
}

#[tokio::test]
async fn a_call_outlives_its_server() {
    let mut scene = Scene::begin(quick).await;
    let toolbox = scene.toolbox.clone();
    let working = async {
        let call = scene.worker.call().await;
        call.running().await;
        scene.server_dies().await;
        scene.server_comes_back().await;
        call.running().await;
        call.run(&desk()).await;
    };
    let calling = toolbox.run([ToolCall::new("1", "open_ticket", r#"{"subject": "a"}"#)]);
    let (report, ()) = tokio::join!(calling, working);
    assert_eq!(text(&report), "opened: a");
    assert!(scene.worker.is_idle());
}

#[tokio::test]
async fn an_answer_that_was_lost_with_the_server_is_asked_for_again() {
    let mut scene = Scene::begin(impatient).await;
    let toolbox = scene.toolbox.clone();
    let working = async {
        let first = scene.worker.call().await;
        scene.server_dies().await;
        scene.server_comes_back().await;
        let second = scene.worker.call().await;
        assert_eq!(second.key(), first.key());
        second.run(&desk()).await;
        second.key()
    };
    let calling = toolbox.run([ToolCall::new("1", "pay", "{}")]);
    let (report, key) = tokio::join!(calling, working);
    assert_eq!(text(&report), key);
    assert_eq!(report.results()[0].failed_attempts().len(), 1);
}

#[tokio::test]
async fn a_call_without_a_connection_waits_for_one() {
    let mut scene = Scene::begin(quick).await;
    scene.server_dies().await;
    let toolbox = scene.toolbox.clone();
    let working = async {
        sleep(Duration::from_millis(200)).await;
        scene.server_comes_back().await;
        scene.worker.call().await.run(&desk()).await;
    };
    let calling = toolbox.run([ToolCall::new("1", "open_ticket", r#"{"subject": "a"}"#)]);
    let (report, ()) = tokio::join!(calling, working);
    assert_eq!(text(&report), "opened: a");
}

#[tokio::test]
async fn a_call_does_not_wait_for_a_connection_for_ever() {
    let mut scene = Scene::begin(quick).await;
    scene.server_dies().await;
    let calls = [ToolCall::new("1", "open_ticket", r#"{"subject": "a"}"#)];
    let report = scene.toolbox.run(calls).await;
    assert_eq!(
        text(&report),
        "There is no connection to the workers now, so nothing was called; the same call may succeed later. Nothing was changed."
    );
    // And nothing comes of it afterwards.
    scene.server_comes_back().await;
    sleep(Duration::from_millis(200)).await;
    assert!(scene.worker.is_idle());
}

#[tokio::test]
async fn what_comes_after_a_silence_is_passed_over() {
    let mut scene = Scene::begin(impatient).await;
    let toolbox = scene.toolbox.clone();
    let working = async {
        let call = scene.worker.call().await;
        scene.server.stand_still();
        call
    };
    let calling = toolbox.run([ToolCall::new("1", "open_ticket", r#"{"subject": "a"}"#)]);
    let (report, late) = tokio::join!(calling, working);
    assert_eq!(
        text(&report),
        "No worker has answered the call of `open_ticket`. It may have taken effect; check before repeating. The same call may succeed later."
    );
    scene.server.go_on();
    // Who runs it still is told.
    late.running().await;
    assert_eq!(scene.worker.cancelled().await, late.token());
    late.run(&desk()).await;
    let desk = desk();
    let (report, ()) = scene
        .call("open_ticket", r#"{"subject": "b"}"#, async |worker| {
            worker.call().await.run(&desk).await
        })
        .await;
    assert_eq!(text(&report), "opened: b");
}

#[tokio::test]
async fn without_a_server_there_are_no_tools() {
    let mut server = NatsServer::start();
    server.kill();
    let options = ConnectOptions::new().retry_on_initial_connect();
    let client = options.connect(server.url()).await.unwrap();
    let discovered = RemoteTools::discover(client).within(Duration::from_millis(200));
    let error = discovered.await.unwrap_err();
    assert!(matches!(error, DiscoverError::NotConnected { .. }));
    assert_eq!(
        error.to_string(),
        "there was no connection to a NATS server within 200ms; see whether it runs and takes the client's credentials"
    );
}

#[tokio::test]
async fn what_was_discovered_stays_where_asking_again_fails() {
    let mut scene = Scene::begin(quick).await;
    scene.server_dies().await;
    assert!(scene.remote.refresh().await.is_err());
    assert_eq!(scene.remote.workers().len(), 1);
    scene.server_comes_back().await;
    assert!(!scene.remote.refresh().await.unwrap());
}

#[tokio::test]
async fn a_client_that_is_ended_ends_its_calls() {
    let mut scene = Scene::begin(quick).await;
    let (caller, toolbox) = (scene.caller.clone(), scene.toolbox.clone());
    let working = async {
        scene.worker.call().await.running().await;
        caller.drain().await.unwrap();
    };
    let calling = toolbox.run([ToolCall::new("1", "open_ticket", r#"{"subject": "a"}"#)]);
    let (report, ()) = tokio::join!(calling, working);
    let said = text(&report);
    assert!(
        said.ends_with(
            "It may have taken effect; check before repeating. The same call may succeed later."
        ),
        "{said}"
    );
    let report = toolbox
        .run([ToolCall::new("1", "open_ticket", r#"{"subject": "a"}"#)])
        .await;
    assert_eq!(
        text(&report),
        "There is no connection to the workers now, so nothing was called; the same call may succeed later. Nothing was changed."
    );
}
