//! Who is asked, what is taken, what is told of the rest.

use std::time::Duration;

use harness::NatsServer;
use tool_nats::RemoteTools;
use tool_nats::remote::{Discover, DiscoverError};
use tool_runtime::tool::{DeclaredEffects, RuntimeTool};
use tool_runtime::{ToolDefinition, Toolbox};

use crate::fake::{Offered, Offering, desk, quick};

fn one(name: &str) -> Toolbox<()> {
    let definition = ToolDefinition::named(name, "Does it.").with_effects(DeclaredEffects::Pure);
    let tool = RuntimeTool::<()>::blocking(definition, |_, _, _| Ok::<_, String>(""));
    Toolbox::builder().tool(tool).build().unwrap()
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

async fn discover(
    server: &NatsServer,
    settings: impl FnOnce(Discover) -> Discover,
) -> Result<RemoteTools, DiscoverError> {
    settings(quick(RemoteTools::discover(server.client().await))).await
}

#[tokio::test]
async fn workers_and_their_tools_are_there() {
    let server = NatsServer::start();
    let client = server.client().await;
    let a = Offering::new("desk", "1.4.0", &desk()).start(&client).await;
    let b = Offering::new("desk", "1.4.0", &desk()).start(&client).await;
    let c = Offering::new("shop", "0.0.0", &one("sell"))
        .start(&client)
        .await;
    // No worker of ours, and not under this prefix.
    let mut other = Offering::new("other", "1.0.0", &desk());
    other.metadata.clear();
    let _other = other.start(&client).await;
    let mut staging = Offering::new("desk", "2.0.0", &one("new"));
    staging
        .metadata
        .insert("prefix".to_owned(), "staging".to_owned());
    let _staging = staging.start(&client).await;

    let remote = discover(&server, |discover| discover.at_least(3))
        .await
        .unwrap();
    let mut workers = remote.workers();
    let tools = ["get_customer", "open_ticket", "pay", "undeclared"];
    assert_eq!(workers[0].tools, tools);
    let shop = workers.pop().unwrap();
    assert_eq!(
        (shop.service.as_str(), shop.version.as_str(), shop.id),
        ("shop", "0.0.0", c.id)
    );
    let mut ids: Vec<_> = workers.into_iter().map(|worker| worker.id).collect();
    ids.sort();
    let mut expected = [a.id, b.id];
    expected.sort();
    assert_eq!(ids, expected);
    assert_eq!(
        names(&remote),
        ["get_customer", "open_ticket", "pay", "sell", "undeclared"]
    );
    assert_eq!(remote.refused(), []);

    let shop = discover(&server, |discover| discover.service("shop"))
        .await
        .unwrap();
    assert_eq!(names(&shop), ["sell"]);
    let both = discover(&server, |discover| discover.service("shop").service("desk"));
    assert_eq!(names(&both.await.unwrap()).len(), 5);
    let named = discover(&server, |discover| {
        discover.named_by(|service, tool| format!("{service}__{tool}"))
    });
    assert!(names(&named.await.unwrap()).contains(&"desk__pay".to_owned()));
}

#[tokio::test]
async fn a_tool_is_what_its_worker_says_of_it() {
    let server = NatsServer::start();
    let client = server.client().await;
    let _worker = Offering::new("desk", "1.0.0", &desk()).start(&client).await;
    let remote = discover(&server, |discover| discover).await.unwrap();
    let toolbox = Toolbox::<()>::builder()
        .tools(remote.tools())
        .build()
        .unwrap();
    let [get_customer, open_ticket, pay, undeclared] = toolbox.tools() else {
        panic!("{toolbox:?}");
    };
    assert_eq!(
        get_customer.effects(),
        &DeclaredEffects::reads(["customer:{customer_id}"])
    );
    // A second time does no harm.
    assert_eq!(get_customer.attempts(), Some(3));
    assert_eq!(pay.attempts(), Some(3));
    assert!(pay.is_idempotent());
    assert_eq!(open_ticket.attempts(), None);
    assert_eq!(undeclared.effects(), &DeclaredEffects::Undeclared);
    // In errors the place is where the program has asked for them.
    assert!(
        get_customer.place().to_string().contains("discover.rs"),
        "{}",
        get_customer.place()
    );
}

#[tokio::test]
async fn too_few_workers_are_told_of() {
    let server = NatsServer::start();
    let short = Duration::from_millis(300);
    let error = discover(&server, |discover| discover.within(short))
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "no worker has answered within 300ms and at least 1 should; start one, see whether those that run have the prefix `tools` and whether the server lets this program ask (`$SRV.PING`, `$SRV.INFO`) and them answer, or give them more time with `within`"
    );
    let client = server.client().await;
    let _worker = Offering::new("desk", "1.0.0", &desk()).start(&client).await;
    let error = discover(&server, |discover| {
        discover
            .within(short)
            .service("desk")
            .service("shop")
            .at_least(3)
    });
    assert_eq!(
        error.await.unwrap_err().to_string(),
        "1 worker has answered within 300ms and at least 3 should, none of the service `shop`; start one, see whether those that run have the prefix `tools` and whether the server lets this program ask (`$SRV.PING`, `$SRV.INFO`) and them answer, or give them more time with `within`"
    );
    let none = discover(&server, |discover| discover.service("shop").at_least(0));
    let none = none.await.unwrap();
    assert_eq!(names(&none), [""; 0]);
}

#[tokio::test]
async fn workers_that_begin_later_are_waited_for() {
    let server = NatsServer::start();
    let client = server.client().await;
    let begin = async {
        tokio::time::sleep(Duration::from_millis(400)).await;
        Offering::new("desk", "1.0.0", &desk()).start(&client).await
    };
    let remote = discover(&server, |discover| discover.within(Duration::from_secs(20)));
    let (remote, _worker) = tokio::join!(remote, begin);
    assert_eq!(names(&remote.unwrap()).len(), 4);
}

#[tokio::test]
async fn nonsense_is_refused() {
    let server = NatsServer::start();
    let said = async |settings: fn(Discover) -> Discover| {
        discover(&server, settings).await.unwrap_err().to_string()
    };
    assert_eq!(
        said(|discover| discover.within(Duration::ZERO)).await,
        "`within` is zero; it takes more than zero"
    );
    assert_eq!(
        said(|discover| discover.heartbeat(Duration::ZERO)).await,
        "`heartbeat` is zero; it takes more than zero"
    );
    assert_eq!(
        said(|discover| discover.lost_after(Duration::from_millis(100))).await,
        "`lost_after` is 100ms; it takes more than `heartbeat`"
    );
    assert_eq!(
        said(|discover| discover.max_result_bytes(0)).await,
        "`max_result_bytes` is 0; it takes one or more"
    );
    assert_eq!(
        said(|discover| discover.prefix("a.*")).await,
        "the prefix of subjects has 1 to 128 ASCII letters, digits, `_`, `-`, and `.` between them; found `a.*`"
    );
    assert_eq!(
        said(|discover| discover.service("a.b")).await,
        "the name of a service has 1 to 64 ASCII letters, digits, `_` and `-`; found `a.b`"
    );
}

/// The offering with another rule, which is another definition.
pub(crate) fn changed(version: &str) -> Offering {
    let mut offering = Offering::new("desk", version, &desk());
    let pay = offering.endpoint("pay");
    let rules = pay.metadata["rules"].replace("\"destructive\":false", "\"destructive\":true");
    *pay = Offered::new("desk", "pay", &pay.metadata["tool"].clone(), &rules);
    offering
}

#[tokio::test]
async fn of_several_versions_the_highest_is_taken() {
    let server = NatsServer::start();
    let client = server.client().await;
    let _old = Offering::new("desk", "1.9.0", &desk()).start(&client).await;
    let _new = changed("1.10.0").start(&client).await;
    let _next = Offering::new("desk", "1.10.0-rc.1", &desk())
        .start(&client)
        .await;
    let remote = discover(&server, |discover| discover.at_least(3))
        .await
        .unwrap();
    let toolbox = Toolbox::<()>::builder()
        .tools(remote.tools())
        .build()
        .unwrap();
    let pay = toolbox.tools().iter().find(|tool| tool.name() == "pay");
    assert!(pay.unwrap().is_destructive());
    assert_eq!(remote.refused(), []);
}

#[tokio::test]
async fn workers_of_one_version_have_to_agree() {
    let server = NatsServer::start();
    let client = server.client().await;
    let _one = Offering::new("desk", "1.4.0", &desk()).start(&client).await;
    let _other = changed("1.4.0").start(&client).await;
    let remote = discover(&server, |discover| discover.at_least(2))
        .await
        .unwrap();
    let refused: Vec<_> = remote.refused().iter().map(ToString::to_string).collect();
    assert_eq!(
        refused,
        [
            "`pay` of `desk`: workers of version 1.4.0 do not agree on it; give another definition another version"
        ]
    );
    assert_eq!(
        names(&remote),
        ["get_customer", "open_ticket", "undeclared"]
    );
}

#[tokio::test]
async fn tools_of_one_name_are_told_apart_or_refused() {
    let server = NatsServer::start();
    let client = server.client().await;
    let _desk = Offering::new("desk", "1.0.0", &desk()).start(&client).await;
    let _shop = Offering::new("shop", "1.0.0", &one("pay"))
        .start(&client)
        .await;
    let remote = discover(&server, |discover| discover.at_least(2))
        .await
        .unwrap();
    assert_eq!(
        names(&remote),
        ["get_customer", "open_ticket", "undeclared"]
    );
    let refused: Vec<_> = remote.refused().iter().map(ToString::to_string).collect();
    assert_eq!(
        refused,
        ["desk", "shop"].map(|service| format!("`pay` of `{service}`: `pay` of `desk` and `pay` of `shop` have the name `pay`; tell them apart with `named_by`, or ask for one `service`"))
    );
    let named = discover(&server, |discover| {
        discover
            .at_least(2)
            .named_by(|service, tool| format!("{service}__{tool}"))
    });
    assert_eq!(names(&named.await.unwrap()).len(), 5);
}
