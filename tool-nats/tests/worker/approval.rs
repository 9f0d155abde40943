//! Tools that need approval.

use harness::NatsServer;
use tool_nats::Worker;
use tool_runtime::approval::{self, ApprovalRequest};

use crate::caller::Caller;
use crate::tools::{Probe, desk, toolbox};

#[tokio::test]
async fn nothing_is_called_unless_the_caller_says_that_it_was_approved() {
    let server = NatsServer::start();
    let (probe, _running, caller) = desk(&server, |worker| worker).await;
    let ask = caller.ask("pay", r#"{"amount": 7}"#);
    let why = "`pay` needs approval, and the call does not say that it has it";
    caller.end(&ask).await.check_refused("approval", why);
    for no in ["0", "true", "yes", ""] {
        let end = caller.end(&ask.clone().with("Tool-Approved", no)).await;
        end.check_refused("approval", why);
    }
    assert!(probe.log().is_empty());
    let end = caller.end(&ask.with("Tool-Approved", "1")).await;
    assert_eq!(end.text(), "paid 7");
}

#[tokio::test]
async fn a_worker_that_decides_for_itself_is_asked_too() {
    let server = NatsServer::start();
    let probe = Probe::new();
    let bound = toolbox().bind(probe.clone());
    let bound = bound.approved_by(approval::by(|request: ApprovalRequest| async move {
        Ok(request.deny("Too much."))
    }));
    let worker = Worker::new("desk", bound);
    let _running = worker.start(&server.client().await).await.unwrap();
    let caller = Caller::of(server.client().await, "desk").await;
    let ask = caller
        .ask("pay", r#"{"amount": 7}"#)
        .with("Tool-Approved", "1");
    assert_eq!(caller.end(&ask).await.ending(), "denied");
    assert!(probe.log().is_empty());
}
