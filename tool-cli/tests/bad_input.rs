//! What cannot be done is one line on standard error, and a code that says so.

use std::process::Command;

use crate::{DESK, Ran, desk_reading, file, root};

/// Each line: arguments, standard input, the code, the line.
const TABLE: &[(&[&str], &str, i32, &str)] = &[
    // Wrong arguments.
    (
        &["list", "--foo"],
        "",
        2,
        "unexpected argument '--foo' found (see `--help`)",
    ),
    (
        &["list", "--onyl=x"],
        "",
        2,
        "unexpected argument '--onyl' found; a similar argument exists: '--only' (see `--help`)",
    ),
    (
        &["lits"],
        "",
        2,
        "unrecognized subcommand 'lits'; some similar subcommands exist: 'lint', 'list' (see `--help`)",
    ),
    (
        &["call"],
        "",
        2,
        "the following required arguments were not provided: <NAME> (see `--help`)",
    ),
    (
        &["manifest"],
        "",
        2,
        "the following required arguments were not provided: --dialect <PROVIDER> (see `--help`)",
    ),
    (
        &["batch", "-", "--json", "--events"],
        "",
        2,
        "the argument '--json' cannot be used with '--events' (see `--help`)",
    ),
    // No such tool.
    (
        &["call", "get_custmer"],
        "",
        2,
        "there is no tool `get_custmer`; did you mean `get_customer`?",
    ),
    (
        &["show", "zzz"],
        "",
        2,
        "there is no tool `zzz`; `list` shows the tools",
    ),
    (
        &["list", "--only", "get_customer,get_order"],
        "",
        2,
        "there is no tool `get_order`; did you mean `get_orders`?",
    ),
    (
        &["list", "--tag", "money"],
        "",
        2,
        "a view is to have the tools with the tag `money`, which no tool of the toolbox has",
    ),
    // No such provider, or one that cannot do it.
    (
        &["manifest", "--dialect", "openai"],
        "",
        2,
        "invalid value 'openai' for '--dialect <PROVIDER>' [possible values: openai-chat, openai-responses, anthropic, gemini, bedrock, mcp, mistral, ollama]; a similar value exists: 'openai-chat'",
    ),
    (
        &["manifest", "-d", "gemini", "--strict"],
        "",
        2,
        "Gemini has no strict schemas; leave out `--strict`",
    ),
    // Arguments of a call.
    (
        &["call", "get_customer", "{\"customer_id\":"],
        "",
        2,
        "the arguments: expected a JSON object, got text that is not JSON: EOF while parsing a value at line 1 column 15; write it as in '{\"name\": \"value\"}', or use `--arg name=value`",
    ),
    (
        &["call", "get_customer", "7"],
        "",
        2,
        "the arguments: expected a JSON object, got integer; write it as in '{\"name\": \"value\"}', or use `--arg name=value`",
    ),
    (
        &["call", "get_customer", "-"],
        "",
        2,
        "standard input is empty",
    ),
    (
        &["call", "get_customer", "--arg", "customer_id"],
        "",
        2,
        "`--arg customer_id` has no value; write `--arg name=value`",
    ),
    (
        &["call", "get_customer", "-a", "custmer_id=7"],
        "",
        2,
        "`get_customer` has no argument `custmer_id`; did you mean `customer_id`?",
    ),
    (
        &["call", "get_customer", "-a", "customer_id=seven"],
        "",
        2,
        "`customer_id` takes integer, and `seven` is none; values that are no text are JSON",
    ),
    // Files.
    (
        &["batch", "no/such.json"],
        "",
        2,
        "no/such.json cannot be read: no such file or directory",
    ),
    (&["batch", "-"], " \n", 2, "standard input is empty"),
    (
        &["batch", "examples"],
        "",
        2,
        "examples cannot be read: is a directory",
    ),
    (
        &["manifest", "-d", "mcp", "--diff", "no/such.json"],
        "",
        2,
        "no/such.json cannot be read: no such file or directory",
    ),
    (
        &["manifest", "-d", "mcp", "--diff", "README.md"],
        "",
        2,
        "README.md: not a manifest: it is not JSON: expected value at line 1 column 1",
    ),
    (
        &["manifest", "-d", "mcp", "--pin", "no/such.json"],
        "",
        2,
        "there is no no/such.json to hold the manifest to; write it with `--update`, and commit it",
    ),
    (
        &["manifest", "-d", "mcp", "--pin", "no/such.json", "--update"],
        "",
        2,
        "no/such.json cannot be written: no such file or directory",
    ),
    // Conversations.
    (
        &["stats"],
        "",
        2,
        "the following required arguments were not provided: <FILE> (see `--help`)",
    ),
    (&["stats", "-"], "", 2, "standard input is empty"),
    (
        &["stats", "-"],
        "hello",
        2,
        "standard input: it is not JSON: expected value at line 1 column 1",
    ),
    (
        &["stats", "-"],
        "7",
        2,
        "standard input: expected a conversation (a JSON array of messages, or a request with one) or reports, found neither",
    ),
    (
        &["stats", "-"],
        "{}",
        2,
        "standard input: expected a conversation (a JSON array of messages, or a request with one) or reports, found another object",
    ),
    (
        &["stats", "-"],
        "{}\n{}",
        2,
        "standard input: expected a conversation (a JSON array of messages, or a request with one) or reports, found several values that are not reports",
    ),
    (
        &["stats", "-"],
        "[7]",
        2,
        "standard input: expected a message of a conversation (a JSON object), found `7`, which is no object",
    ),
    (
        &["stats", "-"],
        "[]",
        2,
        "standard input: no call is found in it as any provider has one; say whose history it is by `--dialect`",
    ),
    (
        &["stats", "-"],
        "{\"format\": 7, \"wall_ns\": 0, \"results\": []}",
        2,
        "standard input: report 0: this report has format 7, and only format 1 is known",
    ),
    // Calls and responses.
    (
        &["batch", "-"],
        "hello",
        2,
        "standard input: expected a response of OpenAI, Anthropic, Gemini, Bedrock Converse or Ollama, found text that is not JSON (expected value at byte 1): `hello`; or give calls, as in [{\"name\": \"…\", \"arguments\": {…}}]",
    ),
    (
        &["batch", "-"],
        "[{\"name\": \"get_customer\", \"argumnets\": {}}]",
        2,
        "standard input: call 0: there is no `argumnets`; did you mean `arguments`?; calls look like [{\"name\": \"…\", \"arguments\": {…}}]",
    ),
    (
        &["batch", "-"],
        "[{\"name\": \"get_customer\"",
        2,
        "standard input: it is not JSON: EOF while parsing an object at line 1 column 24; calls look like [{\"name\": \"…\", \"arguments\": {…}}]",
    ),
    (
        &[
            "batch",
            "examples/fixtures/anthropic.json",
            "-d",
            "openai-chat",
        ],
        "",
        2,
        "examples/fixtures/anthropic.json: expected a response of OpenAI Chat Completions (an object with `choices`), found a response of Anthropic Messages (`\"type\": \"message\"`)",
    ),
    (
        &["batch", "-"],
        "data: {}",
        2,
        "standard input: this is a streamed response; say whose by `--dialect`",
    ),
    (
        &["batch", "-", "--messages"],
        "[]",
        2,
        "say who is answered by `--dialect`",
    ),
    // Policies.
    (
        &[
            "batch",
            "examples/fixtures/anthropic.json",
            "--policy",
            "README.md",
        ],
        "",
        2,
        "README.md is no policy: expected value at line 1 column 1",
    ),
];

#[test]
fn what_cannot_be_done_is_one_line_and_a_code() {
    let mut wrong = Vec::new();
    for (arguments, input, code, line) in TABLE {
        let ran = desk_reading(arguments, input);
        let is_right = ran.err == format!("desk: {line}\n") && ran.out.is_empty();
        if !is_right || ran.code != Some(*code) {
            wrong.push((arguments, ran));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_policy_that_cannot_be_kept_is_told() {
    for (policy, line) in [
        (
            r#"{"call_timout_ms": 5}"#,
            "is no policy: there is no `call_timout_ms`; did you mean `call_timeout_ms`?",
        ),
        (
            r#"{"max_concurrency": 0}"#,
            ": the policy's `max_concurrency` takes one call or more; it is 0",
        ),
        (
            r#"{"tools": {"get_custmer": {"timeout_ms": 5}}}"#,
            ": the policy is about the tool `get_custmer`, which the toolbox does not have; did you mean `get_customer`?",
        ),
    ] {
        let path = file("wrong.policy.json", policy);
        let Ran { code, err, .. } = desk_reading(&["call", "get_customer", "--policy", &path], "");
        assert_eq!(code, Some(2));
        assert_eq!(
            err.replace(&path, "FILE").replace("FILE:", "FILE :"),
            format!("desk: FILE {line}\n")
        );
    }
}

#[test]
fn verbose_says_how_to_use_it() {
    let ran = desk_reading(&["list", "--verbose", "--foo"], "");
    assert!(
        ran.err
            .starts_with("desk: unexpected argument '--foo' found\n  Usage: desk list"),
        "{}",
        ran.err
    );
}

#[test]
fn without_arguments_there_is_help() {
    let ran = desk_reading(&[], "");
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""));
    assert!(ran.err.contains("Usage: desk [OPTIONS] <COMMAND>"));
    let ran = desk_reading(&["--help"], "");
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
    assert!(ran.out.contains("Exit codes:\n  0    "));
}

/// As with `desk list | true`.
#[cfg(unix)]
#[test]
fn a_closed_pipe_is_quiet_and_no_success() {
    for (arguments, expected) in [
        (&["list"][..], ""),
        (
            &["list", "--verbose"],
            "desk: standard output was closed before all was written\n",
        ),
        (
            &[
                "batch",
                "examples/fixtures/anthropic.json",
                "--events",
                "--quiet",
            ],
            "",
        ),
    ] {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let ran = Command::new(DESK)
            .args(arguments)
            .current_dir(root())
            .stdout(writer)
            .output();
        let ran = ran.expect("the desk runs");
        let (status, err) = (ran.status, String::from_utf8(ran.stderr).expect("text"));
        assert_eq!(
            (status.code(), err.as_str()),
            (Some(141), expected),
            "{arguments:?}"
        );
    }
}

#[cfg(target_os = "linux")]
#[test]
fn an_output_that_cannot_be_written_is_told() {
    let full = std::fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .expect("a device");
    let output = Command::new(DESK)
        .arg("list")
        .stdout(full)
        .output()
        .expect("the desk runs");
    let err = String::from_utf8(output.stderr).expect("text");
    assert_eq!(
        err,
        "desk: standard output cannot be written: no space left on device\n"
    );
    assert_eq!(output.status.code(), Some(2));
}
