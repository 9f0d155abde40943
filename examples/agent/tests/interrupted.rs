//! Conversations in whose middle the program ends: by SIGKILL, as a crash would, or by Ctrl-C.

use std::time::Duration;

use serde_json::{Value, json};
use tool_runtime::dialect::{Anthropic, OpenAiChat, StreamingDialect};
use tool_runtime::testing::{Reply, ScriptedModel};

use super::child::{Ended, Folder, Running, run};
use super::server::{Answer, Server};
use crate::desk::Desk;
use crate::provider::{Provider, by_user};
use crate::store::{Settings, Store};

/// A run of the script in which the call that writes waits for the database, for good: another program has it.
fn stuck(folder: &Folder, provider: &str, end: impl FnOnce(Running) -> Ended) -> Ended {
    std::fs::create_dir_all(folder).expect("a folder");
    let made = Desk::open(&folder.as_ref().join("desk.db"), Duration::ZERO);
    drop(made.expect("a database"));
    let other = folder.database();
    // Who reads is not held up by it.
    other.execute_batch("BEGIN IMMEDIATE").expect("a lock");
    let words = ["--dir", folder.path(), "--provider", provider];
    let mut running = Running::start(&[&words[..], &["--latency", "1"]].concat());
    running.until("→ search_parcel");
    folder.until_journaled(|line| line.contains("search_parcel"));
    end(running)
}

fn resume(folder: &Folder) -> Ended {
    run(&[
        "--resume",
        "--dir",
        folder.path(),
        "--latency",
        "1",
        "--yes",
    ])
}

/// What the script does when it goes on: it looks, and does what was not done.
#[track_caller]
fn check_resumed(folder: &Folder, ended: &Ended) {
    ended
        .is_fine()
        .has("model: We were interrupted. Before I repeat anything I look at what was done.\n")
        .has("  ✓ track_parcel: {\"id\":\"P-77\",\"status\":\"lost\"}\n")
        .has("model: P-71 comes today. P-77 is lost and is being searched for, and there is a ticket. The order is paid back.\n");
    let refunded: i64 = folder.value("SELECT refunded_cents FROM orders WHERE id = 77");
    let status: String = folder.value("SELECT status FROM parcels WHERE id = 'P-77'");
    let tickets: i64 = folder.value("SELECT count(*) FROM tickets");
    let done = (refunded, &*status, tickets);
    assert_eq!(done, (129_900, "lost, is being searched for", 2));
}

#[test]
fn killed_while_a_call_runs() {
    for provider in ["openai", "anthropic"] {
        let folder = Folder::new();
        let killed = stuck(&folder, provider, Running::kill);
        assert_eq!(killed.code, None, "{killed:#?}");
        let ended = resume(&folder);
        ended.has("  ! search_parcel: `search_parcel` was interrupted, because the program ended while it was running. It may have taken effect");
        check_resumed(&folder, &ended);
    }
}

#[test]
fn stopped_by_ctrl_c_while_a_call_runs() {
    for provider in ["openai", "anthropic"] {
        let folder = Folder::new();
        let ended = stuck(&folder, provider, |running| {
            running.interrupt();
            running.end()
        });
        let expected = format!(
            "agent: stopped by Ctrl-C, and all that was done is kept; go on with `--resume --dir {}`\n",
            folder.path()
        );
        assert_eq!(
            (ended.code, &*ended.told),
            (Some(130), &*expected),
            "{ended:#?}"
        );
        ended.has("  ✗ search_parcel: ");
        let ended = resume(&folder);
        assert!(
            !ended.said.contains("  ! "),
            "every call has its result: {ended:#?}"
        );
        check_resumed(&folder, &ended);
    }
}

#[test]
fn stopped_by_ctrl_c_while_the_model_thinks() {
    let folder = Folder::new();
    let silent = Server::start([Answer::silence()]);
    let words = [
        "--base-url",
        &silent.url,
        "--model",
        "m",
        "--dir",
        folder.path(),
    ];
    let mut running = Running::start(&[&words[..], &["Are you there?"]].concat());
    running.until("you: Are you there?");
    running.interrupt();
    let ended = running.end();
    assert_eq!(ended.code, Some(130), "{ended:#?}");

    let server = Server::start([Answer::turn(&OpenAiChat, Reply::new().text("Yes."))]);
    run(&[
        "--resume",
        "--dir",
        folder.path(),
        "--base-url",
        &server.url,
    ])
    .is_fine()
    .has("The conversation of 1 message goes on.\nmodel: Yes.\n");
}

/// A call that is whole has run before the response was, and no history has it. What was read of the response does.
#[test]
fn killed_while_the_model_writes() {
    check_killed_while_the_model_writes("openai", &OpenAiChat);
    check_killed_while_the_model_writes("anthropic", &Anthropic);
}

fn check_killed_while_the_model_writes(name: &str, dialect: &'static dyn StreamingDialect) {
    let folder = Folder::new();
    let ticket = json!({"customer_id": 1234, "subject": "No parcel."});
    let both = Reply::new()
        .text("I see to it.")
        .call_with_id("call_1", "open_ticket", ticket)
        .call_with_id("call_2", "get_tickets", json!({"customer_id": 1234}));
    let part = Answer::part(dialect, both, true, |body| body.contains("get_tickets"));
    let writing = Server::start([part]);
    let words = [
        "--provider",
        name,
        "--base-url",
        &writing.url,
        "--model",
        "m",
    ];
    let rest = ["--dir", folder.path(), "--latency", "1", "See to it."];
    let mut running = Running::start(&[&words[..], &rest].concat());
    running.until("✓ open_ticket");
    folder.until_journaled(|line| line.contains("open_ticket") && line.contains("No parcel."));
    running.kill();
    assert_eq!(folder.history().len(), 1);

    let server = Server::start([Answer::turn(dialect, Reply::new().text("It is done."))]);
    run(&[
        "--resume",
        "--dir",
        folder.path(),
        "--base-url",
        &server.url,
    ])
    .is_fine()
    .has("  ! open_ticket: {\"id\":10,\"subject\":\"No parcel.\"}\n")
    .has("model: It is done.\n");
    let asked = Value::from(server.asked()).to_string();
    assert!(
        asked.contains("I see to it.") && asked.contains("No parcel."),
        "{asked}"
    );
    let tickets: i64 = folder.value("SELECT count(*) FROM tickets");
    assert_eq!(tickets, 2);
}

/// As if the program had ended between keeping the turn and forgetting its response.
#[test]
fn a_response_that_the_history_has_is_not_read_again() {
    for dialect in [&OpenAiChat as &dyn StreamingDialect, &Anthropic] {
        let folder = Folder::new();
        let settings = Settings {
            provider: Provider::OpenAi,
            base_url: None,
            model: "m".to_owned(),
        };
        let store = Store::create(folder.as_ref().to_owned(), &settings).expect("a folder");
        store.journal().expect("a journal");
        let body = ScriptedModel::new(dialect)
            .turn(Reply::new().text("Once."))
            .stream(&[]);
        let mut history = vec![by_user("Hello?")];
        let mut kept = store.response(&history).expect("a file");
        kept.write(&body.concat()).expect("it is kept");
        drop(kept);
        for turns in [1, 1] {
            let results = store.recover(dialect, &mut history).expect("a history");
            assert_eq!((results.len(), history.len()), (0, 1 + turns));
        }
        // The file is there once more, as if it had not been removed.
        let mut kept = store.response(&history[..1]).expect("a file");
        kept.write(&body.concat()).expect("it is kept");
        drop(kept);
        store.recover(dialect, &mut history).expect("a history");
        assert_eq!(history.len(), 2);
    }
}
