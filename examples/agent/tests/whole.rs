//! Conversations to which nothing happens.

use serde_json::json;
use tool_runtime::dialect::{Anthropic, OpenAiChat};
use tool_runtime::testing::Reply;

use super::child::{Folder, Running, run};
use super::server::{Answer, Server};

#[track_caller]
fn check(provider: &str, words: &[&str], paid: i64, end: &str) {
    let folder = Folder::new();
    let all = [
        "--dir",
        folder.path(),
        "--provider",
        provider,
        "--latency",
        "20",
    ];
    let ended = run(&[&all, words].concat());
    ended.is_fine();
    for line in [
        "  → track_parcel {\"parcel\":\"P-71\"}\n",
        "  ✗ track_parcel: There is no parcel P77. Numbers are written as P-12.",
        "model: P-71 comes today. I wrote the other number wrong; once more.\n",
        "\nturn 1: 5 calls, 1 failed; ",
        "\nturn 2: 1 call; ",
        // It waited for what it reads.
        "  ✓ track_parcel: {\"id\":\"P-77\",\"status\":\"lost, is being searched for\"}\n",
        "\nturn 3: 4 calls",
        "  1 track_parcel ",
        "─ waited for calls",
        end,
        "\n3 turns with 10 calls, ",
    ] {
        ended.has(line);
    }
    let refunded: i64 = folder.value("SELECT refunded_cents FROM orders WHERE id = 77");
    let tickets: i64 = folder.value("SELECT count(*) FROM tickets");
    assert_eq!((refunded, tickets), (paid, 2));
    // The end of a turn is the end of what is kept of its response.
    let left = std::fs::read_dir(folder.path()).expect("a folder");
    let left = left.filter(|file| {
        let name = file.as_ref().expect("a file").file_name();
        name.to_string_lossy().ends_with(".stream")
    });
    assert_eq!(left.count(), 0);
}

#[test]
fn with_approval_the_order_is_paid_back() {
    let end = "and there is a ticket. The order is paid back.\n";
    check("openai", &["--yes"], 129_900, end);
    check("anthropic", &["--yes"], 129_900, end);
}

#[test]
fn where_nobody_can_be_asked_it_is_not() {
    let end = "The order is not paid back, which somebody has to approve of.\n";
    check("openai", &[], 0, end);
    check("anthropic", &[], 0, end);
}

#[test]
fn what_needs_approval_and_has_none_is_told() {
    let folder = Folder::new();
    run(&["--dir", folder.path(), "--latency", "0"])
        .is_fine()
        .has("  ✗ refund_order: `refund_order` was not called, since it is not allowed: it needs approval, and nobody could be asked")
        .has("A call of `refund_order` needed approval and was denied; `--yes` approves of all.\n");
}

#[test]
fn one_question_follows_the_other() {
    let said = |text: &str| Answer::turn(&OpenAiChat, Reply::new().text(text));
    let server = Server::start([said("One."), said("Two.")]);
    let folder = Folder::new();
    let words = [
        "--base-url",
        &server.url,
        "--model",
        "m",
        "--dir",
        folder.path(),
    ];
    let ended = Running::with_input(&words, "First?\n\nSecond?\n").end();
    assert_eq!(ended.code, Some(0), "{ended:#?}");
    ended.has("you: First?\nmodel: One.\nyou: Second?\nmodel: Two.\n");
    let messages = server.asked();
    let texts: Vec<_> = messages.iter().map(|message| &message["content"]).collect();
    assert_eq!(texts[1..], ["First?", "One.", "Second?"]);
}

#[test]
fn no_key_is_kept_and_none_is_needed_elsewhere() {
    let server = Server::start([Answer::turn(&Anthropic, Reply::new().text("Yes."))]);
    let folder = Folder::new();
    let words = [
        "--provider",
        "anthropic",
        "--base-url",
        &server.url,
        "--model",
        "m",
    ];
    run(&[&words[..], &["--dir", folder.path(), "Are you there?"]].concat())
        .is_fine()
        .has("model: Yes.\n");
    let expected = json!({"provider": "anthropic", "base_url": server.url, "model": "m"});
    assert_eq!(folder.settings(), expected);
}

/// Some servers know no streams.
#[test]
fn a_response_that_is_no_stream_is_shown() {
    let body = json!({"choices": [{"message": {"role": "assistant", "content": "Whole."}}]});
    let server = Server::start([Answer::whole("200 OK", "", &body.to_string())]);
    let folder = Folder::new();
    let words = ["--base-url", &server.url, "--model", "m"];
    run(&[&words[..], &["--dir", folder.path(), "Hello?"]].concat())
        .is_fine()
        .has("model: Whole.\n");
}

#[test]
fn the_script_says_what_it_is_of_other_questions() {
    let folder = Folder::new();
    let words = ["--dir", folder.path(), "--latency", "0"];
    run(&words).is_fine();
    run(&[&words[..], &["--resume", "And the weather?"]].concat())
        .is_fine()
        .has("you: And the weather?\nmodel: I am a script and know one conversation.");
}
