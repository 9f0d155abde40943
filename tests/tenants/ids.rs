//! A tenant that has another's ids, requests and stored batches.

use std::collections::HashSet;
use std::sync::Arc;

use support::{codes, texts};
use tool_runtime::approval::{self, ApprovalRequest, Decision};
use tool_runtime::batch::{Progressed, SuspendedBatch};
use tool_runtime::{Bound, Policy, ResumeError, ToolCall};

use crate::desk::{Data, call, calls, desk, toolbox};

const KEY: [u8; 32] = *b"a key of the tests and no others";

async fn suspend(desk: &Bound<Data>, calls: Vec<ToolCall>) -> Vec<u8> {
    match desk.run(calls).or_suspend().await {
        Progressed::Suspended(batch) => batch.sign(&KEY),
        other => panic!("it is not suspended: {other:?}"),
    }
}

fn read(stored: &[u8]) -> SuspendedBatch {
    SuspendedBatch::verify(stored, &KEY).unwrap()
}

fn approved(batch: &SuspendedBatch) -> Vec<Decision> {
    batch.pending().map(|call| call.approve()).collect()
}

#[tokio::test(start_paused = true)]
async fn a_suspended_batch_goes_on_for_its_tenant_alone() {
    let toolbox = toolbox(Policy::default());
    let [(one, data), (other, others)] = ["a", "b"].map(|tenant| desk(&toolbox, tenant));
    let nobodys = toolbox.bind(Arc::clone(&data));
    let of_one = suspend(&one, calls(&["put x 1", "publish"])).await;
    let of_none = suspend(&nobodys, calls(&["publish"])).await;
    assert_eq!(read(&of_one).tenant(), Some("a"));
    assert_eq!(read(&of_none).tenant(), None);

    for (desk, stored) in [
        (&other, &of_one),
        (&nobodys, &of_one),
        (&one, &of_none),
        (&other, &of_none),
    ] {
        let batch = read(stored);
        let decisions = approved(&batch);
        let error = desk.resume(batch, decisions).unwrap_err();
        assert_eq!(error, ResumeError::OtherTenant);
        assert_eq!(
            error.to_string(),
            "this batch was not begun by a desk of this tenant; resume it with a desk that is `for_tenant` of the tenant that `SuspendedBatch::tenant` says"
        );
    }
    assert!(data.keys.lock().unwrap().is_empty() && others.keys.lock().unwrap().is_empty());

    // Suspended once more it is still the same tenant's.
    let again = one.resume(read(&of_one), []).unwrap();
    let Progressed::Suspended(batch) = again.or_suspend().await else {
        panic!("nobody has decided");
    };
    assert_eq!(read(&batch.sign(&KEY)).tenant(), Some("a"));
    let decisions = approved(&batch);
    let report = one.resume(batch, decisions).unwrap().await;
    assert_eq!(codes(&report), ["ok", "ok"]);
    let batch = read(&of_none);
    let decisions = approved(&batch);
    let report = nobodys.resume(batch, decisions).unwrap().await;
    assert_eq!(codes(&report), ["ok"]);
}

#[tokio::test]
async fn a_batch_that_was_stored_before_there_were_tenants_is_nobodys() {
    let toolbox = toolbox(Policy::default());
    let (_, data) = desk(&toolbox, "a");
    let stored = suspend(&toolbox.bind(data), calls(&["publish"])).await;
    let text = String::from_utf8(stored).unwrap();
    assert!(
        !text.contains("tenant"),
        "the format is what it was: {text}"
    );
}

#[tokio::test]
async fn a_decision_is_good_for_no_other_batch() {
    let toolbox = toolbox(Policy::default());
    let [(one, data), (other, _)] = ["a", "b"].map(|tenant| desk(&toolbox, tenant));
    // The same calls with the same ids.
    let of_one = read(&suspend(&one, calls(&["publish"])).await);
    let of_other = read(&suspend(&other, calls(&["publish"])).await);
    let of_one_again = read(&suspend(&one, calls(&["publish"])).await);
    let id = of_other.pending().next().unwrap().id();
    assert_eq!(
        of_one.request(&id).unwrap_err(),
        ResumeError::UnknownRequest { id }
    );
    for batch in [&of_other, &of_one_again] {
        let stolen = approved(batch);
        let target = read(&of_one.sign(&KEY));
        let error = one.resume(target, stolen).unwrap_err();
        assert_eq!(error, ResumeError::ForeignDecision);
    }
    assert!(data.keys.lock().unwrap().is_empty());
}

#[tokio::test]
async fn an_approver_cannot_be_given_the_decision_on_anothers_call() {
    let toolbox = toolbox(Policy::default());
    let [(one, _), (other, data)] = ["a", "b"].map(|tenant| desk(&toolbox, tenant));
    // A decision is made of its request, which is gone then: what one has approved is kept, and given for the other's call.
    let (sent, stolen) = tokio::sync::mpsc::unbounded_channel();
    let one = one.approved_by(approval::by(move |request: ApprovalRequest| {
        let _ = sent.send(request.approve());
        std::future::pending()
    }));
    let stolen = Arc::new(tokio::sync::Mutex::new(stolen));
    let other = other.approved_by(approval::by(move |_: ApprovalRequest| {
        let stolen = Arc::clone(&stolen);
        async move {
            Ok(stolen
                .lock()
                .await
                .recv()
                .await
                .ok_or("nothing was stolen")?)
        }
    }));
    let first = tokio::spawn(one.run([call("publish")]));
    let second = other.run([call("publish")]).await;
    assert_eq!(
        texts(&second),
        [
            "`publish` was not called, since it is not allowed: the approval was for another call. Nothing was changed. Do not repeat the call."
        ]
    );
    assert!(data.keys.lock().unwrap().is_empty());
    first.abort();
}

#[tokio::test]
async fn idempotency_keys_are_nobody_elses() {
    let toolbox = toolbox(Policy::default());
    let approves = || approval::by(|request: ApprovalRequest| async move { Ok(request.approve()) });
    let mut keys = HashSet::new();
    let mut heads = HashSet::new();
    for tenant in ["a", "b", "a", "b"] {
        let (desk, data) = desk(&toolbox, tenant);
        let report = desk
            .approved_by(approves())
            .run(calls(&["publish", "publish"]))
            .await;
        assert_eq!(codes(&report), ["ok", "ok"]);
        for key in data.keys.lock().unwrap().drain(..) {
            // 128 bits, of which no half is that of another batch.
            assert!(key.len() >= 36, "{key}");
            heads.extend([key[..16].to_owned(), key[16..32].to_owned()]);
            assert!(keys.insert(key));
        }
    }
    assert_eq!((keys.len(), heads.len()), (8, 8));
}
