//! Subcommands of a program's own, a state that is made when it is needed, calls that cannot be stopped.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::{Ran, file, odd};

#[track_caller]
fn check<const N: usize>(arguments: [&str; N], code: i32, out: &str, err: &str) {
    let ran = odd(arguments);
    assert_eq!(
        (ran.code, ran.out.as_str(), ran.err.as_str()),
        (Some(code), out, err)
    );
}

#[test]
fn a_program_adds_subcommands_with_arguments_and_the_desk() {
    check(["repeat", "3"], 7, "3 results\n", "");
    check(
        ["repeat"],
        2,
        "",
        "odd: the following required arguments were not provided: <times> (see `--help`)\n",
    );
    check(
        ["repeat", "many"],
        1,
        "",
        "odd: invalid digit found in string\n",
    );
}

#[test]
fn one_of_the_same_name_stands_in_the_place_of_ours() {
    check(["completions"], 0, "none\n", "");
}

#[test]
fn help_and_version_are_the_programs() {
    check(["--version"], 0, "odd 1.2.3\n", "");
    let help = odd(["--help"]).out;
    assert!(help.starts_with("A program of a test.\n"), "{help}");
    assert!(
        help.contains("\n  repeat       Fail so many times\n"),
        "{help}"
    );
}

#[test]
fn the_state_is_made_when_a_call_needs_it() {
    let without = |arguments: &[&str]| {
        let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_odd"));
        let output = command.args(arguments).env("ODD_STATE", "none").output();
        let output = output.expect("it runs");
        let err = String::from_utf8(output.stderr).expect("text");
        (output.status.code(), err)
    };
    for arguments in [
        &["list"][..],
        &["show", "block"],
        &["manifest", "-d", "mcp"],
    ] {
        assert_eq!(without(arguments), (Some(0), String::new()));
    }
    for (arguments, code) in [(["call", "fail"], 2), (["repeat", "1"], 1)] {
        let told = (Some(code), "odd: no garden\n".to_owned());
        assert_eq!(without(&arguments), told);
    }
}

#[test]
fn verbose_says_what_the_model_does_not_read() {
    let Ran { code, out, err } = odd(["call", "fail", "--verbose"]);
    assert!(
        out.starts_with("`fail` failed with an internal error (error id `"),
        "{out}"
    );
    assert_eq!(
        err,
        "fail: failed\nfailed with: internal error\ncaused by: invalid digit found in string\n"
    );
    assert_eq!(code, Some(1));
}

/// A runtime that is dropped waits for its threads, here for an hour.
#[test]
fn what_cannot_be_stopped_holds_up_nothing() {
    let ran = odd(["call", "block"]);
    assert!(
        ran.out
            .starts_with("`block` did not finish within 20ms; it could not be stopped"),
        "{}",
        ran.out
    );
    assert_eq!(
        ran.err,
        "odd: `block` could not be stopped, and ends with the program\n"
    );
    assert_eq!(ran.code, Some(1));
}

/// The same where nobody reads what is written.
#[test]
fn a_closed_pipe_waits_for_no_thread() {
    let calls = file("blocking.json", r#"[{"name": "block"}]"#);
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let child = Command::new(env!("CARGO_BIN_EXE_odd"))
        .args(["batch", &calls, "--events", "--quiet"])
        .stdout(writer)
        .stderr(Stdio::null())
        .spawn();
    let (mut child, began) = (child.expect("it runs"), Instant::now());
    // Only a bound, far from what it takes and from the hour that it would wait.
    let status = loop {
        match child.try_wait().expect("it is waited for") {
            Some(status) => break status.code(),
            None if began.elapsed() > Duration::from_secs(60) => {
                child.kill().expect("it is killed");
                break None;
            }
            None => std::thread::sleep(Duration::from_millis(5)),
        }
    };
    assert_eq!(status, Some(141));
}
