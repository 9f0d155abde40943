//! Is anything made that nobody has decided on, whatever becomes of the stored batch?

use std::sync::Arc;

use proptest::prelude::*;
use support::{call, codes, texts};
use tool_runtime::batch::SuspendedBatch;
use tool_runtime::{Policy, ResumeError, SuspendedError, Toolbox, tool, tools};

use super::{Bank, KEY, approved, audit, paying, pending, reading, suspend, think, toolbox};

/// A stored batch with results of several kinds, calls that wait, and calls that wait for those.
fn bytes() -> Vec<u8> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let desk = toolbox().bind(Bank::default());
        let calls = vec![
            paying(1, 2, 7),
            paying(2, 3, 9),
            call("missing", "{}"),
            call("balance", r#"{"account": -1}"#),
            paying(3, 3, 700),
            reading(3),
        ];
        suspend(&desk, calls).await.sign(&KEY)
    })
}

#[test]
fn no_byte_can_change() {
    let bytes = bytes();
    assert!(SuspendedBatch::verify(&bytes, &KEY).is_ok());
    for at in 0..bytes.len() {
        for change in 1..=255_u8 {
            // All bits of each byte, and for each seventh byte all that it could be.
            if !change.is_power_of_two() && at % 7 != 0 {
                continue;
            }
            let mut altered = bytes.clone();
            altered[at] ^= change;
            refused(&altered);
        }
        let mut shorter = bytes.clone();
        shorter.remove(at);
        refused(&shorter);
        refused(&bytes[..at]);
        refused(&bytes[at + 1..]);
    }
    for more in [&b" "[..], b"\n", b"}", b"\0"] {
        refused(&[&bytes, more].concat());
        refused(&[more, &bytes].concat());
    }
}

#[track_caller]
fn refused(bytes: &[u8]) {
    let error = SuspendedBatch::verify(bytes, &KEY).unwrap_err();
    assert!(
        matches!(
            error,
            SuspendedError::Altered | SuspendedError::NotSuspended
        ),
        "{error}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_taken_for_a_batch_that_was_not_signed(
        cuts in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 1..4),
        noise in prop::collection::vec(any::<u8>(), 0..40),
    ) {
        use std::sync::LazyLock;
        static BYTES: LazyLock<Vec<u8>> = LazyLock::new(bytes);
        let mut altered = BYTES.clone();
        for (from, to) in cuts {
            let (from, to) = (from.index(altered.len()), to.index(altered.len()));
            altered.splice(from.min(to)..from.max(to), noise.iter().copied());
        }
        prop_assume!(altered != *BYTES && !altered.is_empty());
        refused(&altered);
        let _ = SuspendedBatch::verify(&noise, &KEY).unwrap_err();
    }
}

#[test]
fn another_key_another_layout_or_the_tag_of_another_batch_is_refused() {
    let (bytes, other) = (bytes(), bytes());
    let mut key = KEY;
    key[31] ^= 1;
    let error = SuspendedBatch::verify(&bytes, &key).unwrap_err();
    assert_eq!(
        error.to_string(),
        "this suspended batch was altered, or signed with another key; store what `SuspendedBatch::sign` returns byte by byte, and verify it with the same key"
    );
    // The tag of one, the rest of another.
    refused(&[&bytes[..73], &other[73..]].concat());
    let value: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    refused(&serde_json::to_vec(&value).unwrap());
    refused(&serde_json::to_vec_pretty(&value).unwrap());
    for none in ["", "{}", "null", r#"{"format":1,"calls":[]}"#] {
        assert_eq!(
            SuspendedBatch::verify(none.as_bytes(), &KEY).unwrap_err(),
            SuspendedError::NotSuspended
        );
    }
}

#[test]
fn what_is_stored_is_json_with_the_number_of_its_format() {
    let bytes = bytes();
    let value: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(value["format"], 1);
    assert_eq!(value["tag"].as_str().unwrap().len(), 64);
    assert_eq!(value["calls"].as_array().unwrap().len(), 6);
    assert_eq!(value["calls"][4]["open"]["call"]["name"], "pay");
    // The same again is the same bytes.
    let batch = SuspendedBatch::verify(&bytes, &KEY).unwrap();
    assert_eq!(batch.sign(&KEY), bytes);
}

#[tokio::test]
async fn a_decision_is_good_for_one_call_of_one_batch() {
    let bank = Arc::new(Bank::default());
    let desk = toolbox().bind(Arc::clone(&bank));
    let calls = || vec![paying(1, 1, 700), paying(1, 1, 700)];
    let first = suspend(&desk, calls()).await;
    let second = suspend(&desk, calls()).await;

    // Of the same calls in another batch.
    let error = desk.resume(second, approved(&first)).unwrap_err();
    assert_eq!(error, ResumeError::ForeignDecision);
    assert_eq!(
        error.to_string(),
        "a decision is for none of the calls that wait for one; make it of a call that `SuspendedBatch::pending` of this batch has"
    );

    // The same id under a name that is not there any more.
    let ids: Vec<_> = first.pending().map(|call| call.id()).collect();
    assert_ne!(ids[0], ids[1]);
    let decision = || first.request(&ids[1]).unwrap().approve();
    for id in ["", "0", &ids[0][1..], &ids[0].to_uppercase()] {
        let error = first.request(id).unwrap_err();
        assert_eq!(error, ResumeError::UnknownRequest { id: id.to_owned() });
    }

    // Twice, and then once more when it was used up.
    let bytes = first.sign(&KEY);
    let again = || SuspendedBatch::verify(&bytes, &KEY).unwrap();
    let error = desk.resume(again(), [decision(), decision()]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "there are two decisions on call 1; give one"
    );
    let denied = first.request(&ids[1]).unwrap().deny("no");
    let error = desk.resume(again(), [decision(), denied]).unwrap_err();
    assert_eq!(error, ResumeError::DecidedTwice { index: 1 });
    assert!(bank.entries().is_empty());
    let run = desk.resume(again(), [decision()]).unwrap().or_suspend();
    let rest = super::suspended(run.await);
    // The second waits for the first, which nobody has decided on; it stays approved, and cannot be approved again.
    let rest = super::stored(&rest);
    assert_eq!(pending(&rest), [0]);
    assert!(bank.entries().is_empty());
    let bytes = rest.sign(&KEY);
    let error = desk.resume(rest, [decision()]).unwrap_err();
    assert_eq!(error, ResumeError::ForeignDecision);
    let rest = SuspendedBatch::verify(&bytes, &KEY).unwrap();
    let decisions = approved(&rest);
    let report = desk.resume(rest, decisions).unwrap().await;
    assert_eq!(codes(&report), ["ok", "ok"]);
    assert_eq!(bank.entries().len(), 2);
}

#[tokio::test]
async fn arguments_cannot_be_changed_where_that_was_not_said_before() {
    let bank = Arc::new(Bank::default());
    let desk = toolbox().bind(Arc::clone(&bank));
    let batch = suspend(&desk, vec![paying(1, 2, 700), reading(3)]).await;
    let call = batch.pending().next().unwrap();
    let edited = r#"{"from": 1, "to": 3, "amount": 70}"#;
    let decision = call.approve_with(edited);
    let bytes = batch.sign(&KEY);
    let error = desk.resume(batch, [decision]).unwrap_err();
    assert_eq!(error, ResumeError::MayNotEdit { index: 0 });
    // Nor later, nor by an approver.
    let again = || SuspendedBatch::verify(&bytes, &KEY).unwrap();
    let run = desk.resume(again(), []).unwrap().or_suspend().with_edits();
    assert!(!super::suspended(run.await).may_edit());
    let approver = tool_runtime::approval::editing(
        move |request: tool_runtime::approval::ApprovalRequest| async move {
            Ok(request.approve_with(edited))
        },
    );
    let desk = desk.approved_by(approver);
    let report = desk.resume(again(), []).unwrap().await;
    assert_eq!(codes(&report), ["denied", "ok"]);
    assert_eq!(
        texts(&report)[0],
        "`pay` was not called, since it is not allowed: its arguments were changed after later calls had been made. Nothing was changed. Do not repeat the call."
    );
    assert_eq!(bank.entries(), ["1: read 3"]);
}

/// A toolbox with another tool `pay`, which asks for no approval: with these effects, this description and this type of the amount.
macro_rules! another {
    ($effects:tt, $description:literal, $amount:ty) => {{
        #[doc = $description]
        #[tool $effects]
        async fn pay(
            /// From which.
            from: u64,
            /// Into which.
            to: u64,
            /// How much; what ends with a 9 fails.
            amount: $amount,
            #[state] bank: &Bank,
        ) {
            bank.note(format!("{from} pays {to} {amount}"));
        }
        Toolbox::<Bank>::builder().tools(tools![pay, think]).build().unwrap()
    }};
}

#[tokio::test]
async fn another_toolbox_makes_no_call_that_was_decided_on_for_this_one() {
    let bank = Arc::new(Bank::default());
    let desk = toolbox().bind(Arc::clone(&bank));
    let batch = suspend(&desk, vec![paying(1, 1, 700), call("think", "{}")]).await;
    let bytes = batch.sign(&KEY);
    let again = || SuspendedBatch::verify(&bytes, &KEY).unwrap();
    *bank.log.lock().unwrap() = Vec::new();

    let gone = Toolbox::<Bank>::builder()
        .tools(tools![audit])
        .build()
        .unwrap();
    let run = gone
        .bind(Arc::clone(&bank))
        .resume(again(), approved(&batch));
    let report = run.unwrap().await;
    // What is done stays done, though its tool is gone.
    assert_eq!(codes(&report), ["unknown_tool", "ok"]);

    let text = "Pay from one account into another.";
    let others = [
        another!(
            (writes("account:{from}")),
            "Pay from one account into another.",
            i64
        ),
        another!((pure), "Pay from one account into another.", i64),
        another!((writes("account:{from}", "account:{to}")), "Burn it.", i64),
        another!(
            (writes("account:{from}", "account:{to}")),
            "Pay from one account into another.",
            u64
        ),
    ];
    for toolbox in others {
        let run = toolbox
            .bind(Arc::clone(&bank))
            .resume(again(), approved(&batch));
        let report = run.unwrap().await;
        assert_eq!(
            texts(&report)[0],
            "`pay` was not called, since it is not allowed: its tool has changed since, and it may not be what was decided on. Nothing was changed. Call it again if it is still needed."
        );
        assert!(bank.entries().is_empty());
    }

    // The same tool that asks for nothing any more: what was to be decided on still is.
    let lax = another!(
        (writes("account:{from}", "account:{to}")),
        "Pay from one account into another.",
        i64
    );
    assert_eq!(lax.tools()[0].description(), text);
    let desk = lax.bind(Arc::clone(&bank));
    let report = desk.resume(again(), []).unwrap().await;
    assert_eq!(codes(&report), ["denied", "ok"]);
    let denied: Vec<_> = batch.pending().map(|call| call.deny("no")).collect();
    let report = desk.resume(again(), denied).unwrap().await;
    assert_eq!(codes(&report), ["denied", "ok"]);
    assert!(bank.entries().is_empty());
    let report = desk.resume(again(), approved(&batch)).unwrap().await;
    assert_eq!(codes(&report), ["ok", "ok"]);
    assert_eq!(bank.entries(), ["1 pays 1 700"]);
}

#[tokio::test]
async fn an_operator_who_wants_less_or_more_is_heard_where_that_is_safe() {
    let bank = Arc::new(Bank::default());
    let wanting = Policy::default().require_approval("balance");
    let toolbox = toolbox();
    let desk = toolbox.bind(Arc::clone(&bank)).with(wanting).unwrap();
    let batch = suspend(&desk, vec![paying(1, 1, 700), reading(2), reading(1)]).await;
    assert_eq!(pending(&batch), [0, 1, 2]);
    // Nobody wants it any more, but it was to be decided on.
    let desk = toolbox.bind(Arc::clone(&bank));
    let first = batch.pending().next().unwrap().approve();
    let report = desk.resume(batch, [first]).unwrap().await;
    assert_eq!(codes(&report), ["ok", "denied", "denied"]);

    // It was not to be decided on, and is now.
    let batch = suspend(&desk, vec![paying(1, 1, 700), reading(1)]).await;
    assert_eq!(pending(&batch), [0]);
    let wanting = Policy::default().require_approval("balance");
    let desk = desk.with(wanting).unwrap();
    let decisions = approved(&batch);
    let run = desk.resume(batch, decisions).unwrap().or_suspend();
    let batch = super::suspended(run.await);
    assert_eq!(pending(&batch), [1]);
}
