//! MCP: one request is one call, and there is no turn to keep.

use tool_runtime::dialect::Mcp;

use super::{calls, messages, refused};

#[track_caller]
fn check(members: &str, expected: (&str, &str, &str)) {
    let turn = Mcp.decode(request(members)).unwrap();
    assert_eq!(calls(&turn), [expected]);
    assert_eq!(messages(&turn), [""; 0]);
}

fn request(members: &str) -> String {
    format!(r#"{{"jsonrpc":"2.0","method":"tools/call",{members}}}"#)
}

#[test]
fn a_request_is_a_call() {
    check(
        r#""id":"r1","params":{"name":"a","arguments":{"x": 1.50},"_meta":{"progressToken":1}}"#,
        ("r1", "a", r#"{"x": 1.50}"#),
    );
}

#[test]
fn an_id_is_a_text_or_a_number() {
    for (id, expected) in [("7", "7"), ("-1", "-1"), (r#""7""#, "7"), (r#""""#, "")] {
        check(
            &format!(r#""id":{id},"params":{{"name":"a"}}"#),
            (expected, "a", "{}"),
        );
    }
}

#[test]
fn arguments_may_be_left_out() {
    for arguments in ["", r#","arguments":null"#, r#","arguments":{}"#] {
        check(
            &format!(r#""id":1,"params":{{"name":"a"{arguments}}}"#),
            ("1", "a", "{}"),
        );
    }
}

#[test]
fn what_is_no_request_to_call_a_tool_is_told() {
    let expected = "expected a request of MCP (an object with `\"method\": \"tools/call\"`), found";
    for (body, found) in [
        (
            r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#.to_owned(),
            "a request `tools/list`",
        ),
        (
            r#"{"jsonrpc":"2.0","id":1,"result":{}}"#.to_owned(),
            "an object without `method`",
        ),
        (
            request(r#""params":{"name":"a"}"#),
            "a request without an `id`, which asks for no answer",
        ),
        (
            request(r#""id":[],"params":{"name":"a"}"#),
            "`id`, which is a list and no string",
        ),
        (request(r#""id":1"#), "a request without `params`"),
        (
            request(r#""id":1,"params":[]"#),
            "`params`, which is a list and no object",
        ),
        (request(r#""id":1,"params":{}"#), "`params` without `name`"),
        (
            request(r#""id":1,"params":{"name":7}"#),
            "`params.name`, which is a number and no string",
        ),
    ] {
        refused(Mcp.decode(body), &format!("{expected} {found}"));
    }
}
