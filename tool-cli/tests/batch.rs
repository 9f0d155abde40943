//! `batch`: all calls of a turn, for people and for programs.

use serde_json::Value;

use crate::{desk, desk_reading, file, timeless};

const ONE_FAILS: &str = "examples/fixtures/one_fails.json";

#[test]
fn each_result_is_printed_in_the_order_of_the_calls() {
    let ran = desk(["batch", ONE_FAILS]);
    assert_eq!(
        timeless(&ran.out),
        "0 get_customer ok, T ms
  {\"id\":1234,\"name\":\"Ada Lovelace\",\"plan\":\"gold\"}
1 get_orders failed, T ms
  There is no customer 12340. Nothing was changed.
2 get_tickets ok, T ms
  [{\"id\":9,\"customer_id\":1234,\"subject\":\"The engine is loud.\",\"open\":true}]
3 calls in T ms; one by one T ms, Nx\n"
    );
    // As they come, which on a busy machine may be in another order.
    let told = timeless(&ran.err);
    for line in [
        " of 3: 0 get_customer ok after T ms\n",
        " of 3: 1 get_orders failed after T ms\n",
        " of 3: 2 get_tickets ok after T ms\n",
    ] {
        assert!(told.contains(line), "{told}");
    }
    assert!(
        told.starts_with("in parallel: 1 of 3: ") && told.lines().count() == 3,
        "{told}"
    );
    assert_eq!(ran.code, Some(1));
    assert_eq!(
        desk(["batch", "examples/fixtures/openai_chat.json", "--quiet"]).err,
        ""
    );
}

#[test]
fn calls_of_ours_keep_their_text_and_their_order() {
    let calls = r#"[
        {"name": "open_ticket", "arguments": {"customer_id": 1235, "subject": "It is \u0071uiet."}, "id": "a"},
        {"name": "get_tickets", "arguments": {"customer_id": 1235}},
        {"name": "get_customer", "arguments": "{\"customer_id\": 1235"}
    ]"#;
    let ran = desk_reading(&["batch", "-", "--json", "--quiet"], calls);
    let report: Value = serde_json::from_str(&ran.out).expect("JSON");
    let results = report["results"].as_array().expect("results");
    assert_eq!(results[0]["call"]["id"], "a");
    assert_eq!(
        results[0]["call"]["arguments"],
        r#"{"customer_id": 1235, "subject": "It is \u0071uiet."}"#
    );
    // It sees the ticket, since it waited for the call that opens it.
    let tickets = results[1]["parts"][0]["json"].as_str().expect("JSON");
    assert!(tickets.contains("It is quiet."), "{tickets}");
    // What a model cuts off can be tried as well.
    assert_eq!(results[2]["outcome"], "invalid_arguments");
    assert_eq!(ran.code, Some(1));
}

#[test]
fn events_are_lines_of_json() {
    let calls = r#"[{"name": "export_history", "arguments": {"customer_id": 1234, "pages": 2}, "id": "x"}]"#;
    let ran = desk_reading(&["batch", "-", "--events", "--quiet"], calls);
    let lines = ran
        .out
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"));
    let lines: Vec<Value> = lines.collect();
    let events: Vec<&str> = lines
        .iter()
        .filter_map(|line| line["event"].as_str())
        .collect();
    assert_eq!(events, ["progress", "progress", "finished", "report"]);
    assert_eq!(
        (&lines[1]["done"], &lines[1]["total"]),
        (&2.0.into(), &2.0.into())
    );
    assert_eq!(lines[1]["message"], "pages written");
    assert_eq!(
        (&lines[2]["id"], &lines[2]["outcome"]),
        (&"x".into(), &"ok".into())
    );
    assert_eq!(lines[3]["report"]["format"], 1);
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
}

#[test]
fn one_by_one_stands_beside_parallel() {
    let picture = file("picture.svg", "");
    let arguments = [
        "batch",
        ONE_FAILS,
        "-q",
        "--compare",
        "--timeline",
        "--explain",
        "--svg",
        &picture,
    ];
    let ran = desk_reading(&arguments, "");
    let out = timeless(&ran.out);
    assert!(
        out.contains("\n3 calls: one by one T ms, in parallel T ms, Nx\n"),
        "{out}"
    );
    assert!(out.contains("\none by one: T ms\n0 get_customer "), "{out}");
    assert!(
        out.contains("\nin parallel: T ms, Nx\n0 get_customer "),
        "{out}"
    );
    assert!(out.contains("\nlimited by "), "{out}");
    assert!(out.lines().all(|line| line.chars().count() <= 100), "{out}");
    let picture = std::fs::read_to_string(&picture).expect("a picture");
    assert!(picture.starts_with("<svg") && picture.contains("one by one"));

    let calls = r#"[{"name": "close_ticket", "arguments": {"ticket_id": 9}}]"#;
    let ran = desk_reading(&["batch", "-", "-q", "--compare", "--json"], calls);
    let both: Value = serde_json::from_str(&ran.out).expect("JSON");
    for way in ["one_by_one", "in_parallel"] {
        assert_eq!(both[way]["results"][0]["outcome"], "ok", "{both}");
    }
    assert_eq!(
        ran.err,
        "desk: --compare makes every call twice, those of `close_ticket` too\n"
    );
}

#[test]
fn what_goes_back_is_the_providers() {
    let ran = desk([
        "batch",
        "examples/fixtures/openai_chat.json",
        "--messages",
        "--quiet",
    ]);
    let messages = ran
        .out
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"));
    let messages: Vec<Value> = messages.collect();
    assert!(messages.len() > 1 && messages.iter().all(|message| message["role"] == "tool"));

    let calls =
        r#"[{"name": "get_customer", "arguments": {"customer_id": 1234}, "id": "toolu_1"}]"#;
    let ran = desk_reading(
        &["batch", "-", "--messages", "-q", "-d", "anthropic"],
        calls,
    );
    assert!(
        ran.out.starts_with(
            r#"{"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_1""#
        )
    );
}

/// Constructed from Anthropic's documentation of streamed messages, and from Ollama's of its lines.
#[test]
fn a_streamed_response_is_read_too() {
    let body = r#"event: message_start
data: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","content":[],"model":"m","stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":1,"output_tokens":1}}}

event: content_block_start
data: {"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"toolu_1","name":"get_customer","input":{}}}

event: content_block_delta
data: {"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\"customer_id\": 1234}"}}

event: content_block_stop
data: {"type":"content_block_stop","index":0}

event: message_delta
data: {"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"output_tokens":2}}

event: message_stop
data: {"type":"message_stop"}

"#;
    let ran = desk_reading(&["batch", "-", "-q", "-d", "anthropic"], body);
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{}", ran.out);
    assert!(ran.out.starts_with("0 get_customer ok, "));

    let (cut, _) = body.split_once("event: message_delta").expect("an event");
    let ran = desk_reading(&["batch", "-", "-q", "-d", "anthropic"], cut);
    assert!(ran.err.starts_with("desk: standard input: "), "{}", ran.err);

    let lines = r#"{"model":"m","created_at":"2026-01-01T00:00:00Z","message":{"role":"assistant","content":"","tool_calls":[{"function":{"name":"get_customer","arguments":{"customer_id":1234}}}]},"done":false}
{"model":"m","created_at":"2026-01-01T00:00:00Z","message":{"role":"assistant","content":""},"done":true,"done_reason":"stop"}
"#;
    let ran = desk_reading(&["batch", "-", "-q", "-d", "ollama"], lines);
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{}", ran.out);
}

#[test]
fn a_policy_holds_instead_of_the_programs_own() {
    let policy = file(
        "policy.json",
        r#"{"grace_ms": 1, "tools": {"export_history": {"timeout_ms": 5}}}"#,
    );
    let ran = desk_reading(
        &[
            "call",
            "export_history",
            "-a",
            "customer_id=1234",
            "-a",
            "pages=900",
            "--policy",
            &policy,
        ],
        "",
    );
    assert!(
        ran.out
            .starts_with("`export_history` did not finish within 5ms and was stopped."),
        "{}",
        ran.out
    );
    assert_eq!(ran.code, Some(1));
}

#[test]
fn a_turn_without_calls_is_fine() {
    let ran = desk_reading(
        &["batch", "-"],
        r#"{"type": "message", "role": "assistant", "content": []}"#,
    );
    assert_eq!(
        (ran.code, ran.out.as_str(), ran.err.as_str()),
        (Some(0), "the model calls no tool\n", "")
    );
}
