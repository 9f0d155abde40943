//! In a terminal: bars, Ctrl-C, questions, colours.

use std::process::Command;

use rexpect::session::{PtySession, spawn_command};

use crate::{DESK, file, root};

/// The desk in a terminal of its own.
fn terminal(arguments: &[&str], colours: bool) -> PtySession {
    let mut command = Command::new(DESK);
    command.args(arguments).current_dir(root());
    command.env("TERM", "xterm-256color").env("COLUMNS", "100");
    match colours {
        true => command.env_remove("NO_COLOR"),
        false => command.env("NO_COLOR", "1"),
    };
    // Only a bound: nothing waits for it.
    spawn_command(command, Some(30_000)).expect("a terminal")
}

/// rexpect does not export the type of what a process ended with.
fn ends(session: &PtySession, code: i32) {
    let ended = format!("{:?}", session.process().wait().expect("an end"));
    assert!(ended.ends_with(&format!(", {code})")), "{ended}");
}

/// Two calls, of which the second takes minutes.
fn long() -> String {
    file(
        "long.json",
        r#"[{"name": "get_customer", "arguments": {"customer_id": 1234}},
            {"name": "export_history", "arguments": {"customer_id": 1234, "pages": 900}}]"#,
    )
}

#[test]
fn bars_show_how_far_calls_are_and_leave_the_results() {
    let calls = file(
        "short.json",
        r#"[{"name": "get_customer", "arguments": {"customer_id": 1234}},
            {"name": "export_history", "arguments": {"customer_id": 1234, "pages": 10}}]"#,
    );
    let mut session = terminal(&["batch", &calls], false);
    session.exp_string("in parallel").expect("a bar");
    session
        .exp_string("of 10: pages written")
        .expect("progress");
    session
        .exp_string("get_customer ok after ")
        .expect("an end");
    session.exp_string("0 get_customer ok, ").expect("a result");
    session
        .exp_string("history-1234.pdf, 10 pages")
        .expect("another");
    session.exp_string("2 calls in ").expect("the total");
    session.exp_eof().expect("the end");
    ends(&session, 0);
}

#[test]
fn ctrl_c_cancels_and_what_finished_is_printed() {
    let mut session = terminal(&["batch", &long()], false);
    session
        .exp_string("get_customer ok after ")
        .expect("an end");
    session.send_control('c').expect("Ctrl-C");
    session
        .exp_string("interrupted: the calls are asked to end; Ctrl-C again ends at once")
        .expect("a note");
    session
        .exp_string("0 get_customer ok, ")
        .expect("what finished");
    session.exp_string("Ada Lovelace").expect("its result");
    session
        .exp_string("1 export_history cancelled (batch), ")
        .expect("what did not");
    session
        .exp_string("interrupted: 1 of 2 calls had finished")
        .expect("the total");
    session.exp_eof().expect("the end");
    ends(&session, 130);
}

#[test]
fn a_second_ctrl_c_ends_at_once() {
    let mut session = terminal(
        &[
            "call",
            "export_history",
            "-a",
            "customer_id=1234",
            "-a",
            "pages=900",
        ],
        false,
    );
    session
        .exp_string("of 900: pages written")
        .expect("progress");
    session.send_control('c').expect("Ctrl-C");
    session
        .exp_string("Ctrl-C again ends at once")
        .expect("a note");
    session.send_control('c').expect("Ctrl-C");
    let left = session.exp_eof().expect("the end");
    assert!(!left.contains("cancelled"), "{left}");
    ends(&session, 130);
}

#[test]
fn whoever_sits_there_is_asked() {
    for (answer, expected, code) in [
        ("y", "Ada Lovelace is deleted", 0),
        ("", "it is not allowed: whoever was asked said no.", 1),
    ] {
        let mut session = terminal(
            &["call", "delete_customer", "-a", "customer_id=1234"],
            false,
        );
        session
            .exp_string("delete_customer {\"customer_id\":1234}")
            .expect("the call");
        session
            .exp_string("make this call? [y/N] ")
            .expect("a question");
        session.send_line(answer).expect("an answer");
        session.exp_string(expected).expect("a result");
        session.exp_eof().expect("the end");
        ends(&session, code);
    }
}

#[test]
fn colours_are_there_for_who_wants_them() {
    let escape = |colours| {
        let mut session = terminal(
            &["batch", "examples/fixtures/one_fails.json", "--quiet"],
            colours,
        );
        let all = session.exp_eof().expect("the end");
        ends(&session, 1);
        all.contains('\u{1b}')
    };
    assert!(escape(true));
    assert!(!escape(false));
}
