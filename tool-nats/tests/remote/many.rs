//! How much is asked where there are many workers.

use std::collections::BTreeSet;
use std::time::Duration;

use async_nats::{Client, Message, Subscriber};
use harness::NatsServer;
use serde_json::Value;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_stream::StreamExt;
use tool_nats::RemoteTools;
use tool_nats::remote::Discover;
use tool_runtime::{ToolCall, Toolbox};

use crate::discover::changed;
use crate::fake::{Fake, Offering, PATIENCE, Scene, desk, quick, settled, text};

/// Who hears what is asked.
struct Spy {
    client: Client,
    heard: Subscriber,
}

impl Spy {
    async fn of(server: &NatsServer, subject: &'static str) -> Self {
        let client = server.client().await;
        let heard = client.subscribe(subject).await.unwrap();
        settled(&client).await;
        Self { client, heard }
    }

    /// The subjects of all that was asked until now.
    async fn heard(mut self) -> Vec<String> {
        settled(&self.client).await;
        let mut subjects = Vec::new();
        // What was sent before is there.
        while let Ok(Some(message)) = timeout(Duration::ZERO, self.heard.next()).await {
            subjects.push(message.subject.to_string());
        }
        subjects
    }
}

fn patient(discover: Discover) -> Discover {
    quick(discover).within(Duration::from_secs(8))
}

async fn started(client: &Client, workers: usize, of: impl Fn() -> Offering) -> Vec<Fake> {
    let mut started = Vec::new();
    for _ in 0..workers {
        started.push(of().start(client).await);
    }
    started
}

/// The ids of the workers that were found.
fn ids(remote: &RemoteTools) -> BTreeSet<String> {
    let tools = ["get_customer", "open_ticket", "pay", "undeclared"];
    let workers = remote.workers().into_iter();
    let id = |worker: tool_nats::remote::WorkerInfo| {
        assert_eq!(worker.tools, tools);
        worker.id
    };
    workers.map(id).collect()
}

fn ids_of(workers: &[Fake]) -> BTreeSet<String> {
    workers.iter().map(|worker| worker.id.clone()).collect()
}

fn old() -> Offering {
    Offering::new("desk", "1.0.0", &desk())
}

#[tokio::test]
async fn of_fifty_with_the_same_tools_one_is_asked() {
    let server = NatsServer::start();
    let client = server.client().await;
    let workers = started(&client, 50, old).await;
    let spy = Spy::of(&server, "$SRV.INFO.>").await;
    let remote = patient(RemoteTools::discover(server.client().await)).at_least(50);
    let remote = remote.await.unwrap();
    assert_eq!(ids(&remote), ids_of(&workers));
    assert_eq!(remote.refused(), []);
    let heard = spy.heard().await;
    assert_eq!(heard.len(), 1, "{heard:?}");
    assert!(heard[0].starts_with("$SRV.INFO.desk."), "{heard:?}");
}

#[tokio::test]
async fn of_each_version_one_is_asked() {
    let server = NatsServer::start();
    let client = server.client().await;
    let mut workers = started(&client, 10, old).await;
    workers.extend(started(&client, 10, || Offering::new("desk", "1.1.0", &desk())).await);
    workers.extend(started(&client, 10, || changed("2.0.0")).await);
    let spy = Spy::of(&server, "$SRV.INFO.>").await;
    let remote = patient(RemoteTools::discover(server.client().await)).at_least(30);
    let remote = remote.service("desk").await.unwrap();
    assert_eq!(ids(&remote), ids_of(&workers));
    let version = |of: &str| {
        let workers = remote.workers().into_iter();
        workers.filter(|worker| worker.version == of).count()
    };
    assert_eq!(["1.0.0", "1.1.0", "2.0.0"].map(version), [10; 3]);
    let heard = spy.heard().await;
    assert_eq!(heard.len(), 3, "{heard:?}");
}

#[tokio::test]
async fn those_that_do_not_say_what_they_have_are_asked_each() {
    let server = NatsServer::start();
    let client = server.client().await;
    let silent = || {
        let mut offering = old();
        offering.metadata.remove("offers");
        offering
    };
    let nonsense = || {
        let mut offering = old();
        let metadata = &mut offering.metadata;
        metadata.insert("offers".to_owned(), "all".to_owned());
        offering
    };
    let mut workers = started(&client, 5, silent).await;
    workers.extend(started(&client, 5, nonsense).await);
    let spy = Spy::of(&server, "$SRV.INFO.>").await;
    let remote = patient(RemoteTools::discover(server.client().await)).at_least(10);
    let remote = remote.await.unwrap();
    assert_eq!(ids(&remote), ids_of(&workers));
    let heard = spy.heard().await;
    assert_eq!(heard.len(), 10, "{heard:?}");
    let heard: BTreeSet<_> = heard.iter().map(|asked| asked[15..].to_owned()).collect();
    assert_eq!(heard, ids_of(&workers));
}

/// Answers one worker's questions until it is dropped: to `$SRV.PING` as `ping` says, to `$SRV.INFO` as `info` does.
async fn scripted(
    client: &Client,
    ping: Value,
    info: impl Fn() -> Vec<Value> + Send + 'static,
) -> JoinSet<()> {
    let id = ping["id"].as_str().unwrap();
    let mut pings = client.subscribe("$SRV.PING").await.unwrap();
    let infos = format!("$SRV.INFO.desk.{id}");
    let mut infos = client.subscribe(infos).await.unwrap();
    settled(client).await;
    let client = client.clone();
    let mut answering = JoinSet::new();
    answering.spawn(async move {
        loop {
            let (question, answers): (Message, _) = tokio::select! {
                question = pings.next() => (question.unwrap(), vec![ping.clone()]),
                question = infos.next() => (question.unwrap(), info()),
            };
            for answer in answers {
                let reply = question.reply.clone().unwrap();
                client
                    .publish(reply, answer.to_string().into())
                    .await
                    .unwrap();
            }
        }
    });
    answering
}

#[tokio::test]
async fn where_one_does_not_say_another_is_asked() {
    let server = NatsServer::start();
    let client = server.client().await;
    let _stuck = scripted(&client, old().ping("stuck"), Vec::new).await;
    let spy = Spy::of(&server, "$SRV.INFO.>").await;
    let waiting = patient(RemoteTools::discover(server.client().await)).at_least(2);
    let later = async {
        // So that it is the first, and is asked.
        let mut asked = client.subscribe("$SRV.INFO.desk.stuck").await.unwrap();
        asked.next().await.unwrap();
        old().start(&client).await
    };
    let (remote, worker) = tokio::join!(waiting, later);
    let remote = remote.unwrap();
    assert_eq!(
        ids(&remote),
        BTreeSet::from(["stuck".to_owned(), worker.id.clone()])
    );
    let expected = ["stuck", &worker.id].map(|id| format!("$SRV.INFO.desk.{id}"));
    assert_eq!(spy.heard().await, expected);
}

#[tokio::test]
async fn that_others_suffice_does_not_keep_from_asking_another() {
    let server = NatsServer::start();
    let client = server.client().await;
    let mut stuck = Vec::new();
    for id in ["a", "b", "c", "d"] {
        stuck.push(scripted(&client, changed("2.0.0").ping(id), Vec::new).await);
    }
    let _worker = changed("2.0.0").start(&client).await;
    let _old = old().start(&client).await;
    let remote = quick(RemoteTools::discover(server.client().await));
    let remote = remote.within(Duration::from_secs(4)).await.unwrap();
    assert_eq!(remote.workers().len(), 6);
}

#[tokio::test]
async fn those_of_whom_none_says_what_it_has_are_not_there() {
    let server = NatsServer::start();
    let client = server.client().await;
    let _stuck = scripted(&client, changed("2.0.0").ping("stuck"), Vec::new).await;
    let worker = old().start(&client).await;
    let remote = quick(RemoteTools::discover(server.client().await));
    assert_eq!(ids(&remote.await.unwrap()), ids_of(&[worker]));
}

#[tokio::test]
async fn what_another_says_is_passed_over() {
    let server = NatsServer::start();
    let client = server.client().await;
    // Answers for others and for another version, then what it is.
    let answers = || {
        let shop = Offering::new("shop", "1.0.0", &desk());
        let said = [
            shop.info("a"),
            old().info("b"),
            changed("1.0.0").info("a"),
            Offering::new("desk", "2.0.0", &desk()).info("a"),
        ];
        [said.to_vec(), vec![old().info("a")]].concat()
    };
    let _liar = scripted(&client, old().ping("a"), answers).await;
    let remote = quick(RemoteTools::discover(server.client().await));
    let remote = remote.await.unwrap();
    assert_eq!(ids(&remote), BTreeSet::from(["a".to_owned()]));
    assert_eq!(remote.workers()[0].version, "1.0.0");
    let toolbox = Toolbox::<()>::builder()
        .tools(remote.tools())
        .build()
        .unwrap();
    assert!(toolbox.tools().iter().all(|tool| !tool.is_destructive()));
    assert_eq!(remote.refused(), []);
}

#[tokio::test]
async fn one_that_says_to_have_what_it_has_not_speaks_for_itself_alone() {
    let server = NatsServer::start();
    let client = server.client().await;
    let mut liar = changed("1.0.0");
    let offers = old().told()["offers"].clone();
    liar.metadata.insert("offers".to_owned(), offers);
    liar.endpoints.retain(|endpoint| endpoint.name == "pay");
    let [ping, info] = [liar.ping("liar"), liar.info("liar")];
    let _liar = scripted(&client, ping, move || vec![info.clone()]).await;
    let waiting = patient(RemoteTools::discover(server.client().await)).at_least(3);
    let later = async {
        // So that the other is the first, and is asked.
        let mut asked = client.subscribe("$SRV.INFO.desk.liar").await.unwrap();
        asked.next().await.unwrap();
        started(&client, 2, old).await
    };
    let (remote, workers) = tokio::join!(waiting, later);
    let (liars, honest): (Vec<_>, Vec<_>) = remote
        .unwrap()
        .workers()
        .into_iter()
        .partition(|worker| worker.id == "liar");
    assert_eq!(liars[0].tools, ["pay"]);
    let ids: BTreeSet<_> = honest.iter().map(|worker| worker.id.clone()).collect();
    assert_eq!(ids, ids_of(&workers));
    assert!(honest.iter().all(|worker| worker.tools.len() == 4));
}

#[tokio::test]
async fn a_hundred_calls_that_nobody_hears_ask_once() {
    let scene = Scene::begin(quick).await;
    let client = scene.worker.client.clone();
    scene.worker.stop().await;
    let _others = started(&client, 20, || changed("2.0.0")).await;
    let pings = Spy::of(&scene.server, "$SRV.PING.>").await;
    let infos = Spy::of(&scene.server, "$SRV.INFO.>").await;
    let mut calls = JoinSet::new();
    for _ in 0..100 {
        let toolbox = scene.toolbox.clone();
        calls.spawn(async move { toolbox.run([ToolCall::new("call_1", "pay", "{}")]).await });
    }
    let reports = timeout(PATIENCE, calls.join_all()).await.expect("an end");
    let other = "The workers of `desk` have another version of `pay` now, so nothing was called. Nothing was changed. The same call would fail again.";
    for report in &reports {
        assert_eq!(text(report), other);
    }
    for spy in [pings, infos] {
        let heard = spy.heard().await;
        assert!((1..=2).contains(&heard.len()), "{heard:?}");
    }
}
