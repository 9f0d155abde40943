//! Ollama's native API: the message stands in the response itself, and ids are rare.

use tool_runtime::dialect::Ollama;

use super::{calls, messages, refused};
use crate::providers::ollama;

/// Checks the calls of a response with `message`, and that the message is kept to the byte.
#[track_caller]
fn check(message: &str, expected: &[(&str, &str, &str)]) {
    let turn = Ollama.decode(ollama(message)).unwrap();
    assert_eq!(calls(&turn), expected);
    assert_eq!(messages(&turn), [message]);
}

#[test]
fn calls_come_in_order_with_arguments_to_the_byte() {
    check(
        r#"{"role":"assistant","content":"","thinking":"Both at once.","tool_calls":[
            {"function":{"index":0,"name":"b","arguments":{"customer_id": 1234 , "x":1.50}}},
            {"id":"call_1","function":{"index":1,"name":"a","arguments":{}}},
            {"function":{"name":"b","arguments":{"customer_id":123456789012345678901234567890}}}
        ]}"#,
        &[
            ("", "b", r#"{"customer_id": 1234 , "x":1.50}"#),
            ("call_1", "a", "{}"),
            ("", "b", r#"{"customer_id":123456789012345678901234567890}"#),
        ],
    );
}

#[test]
fn a_call_is_never_lost_for_what_it_lacks() {
    check(
        r#"{"role":"assistant","content":"","tool_calls":[{"function":{"name":"a"}},{"function":{"arguments":{}}},{}]}"#,
        &[("", "a", ""), ("", "", "{}"), ("", "", "")],
    );
}

#[test]
fn a_message_without_calls_is_the_end_of_a_conversation() {
    check(r#"{"role":"assistant","content":"Done."}"#, &[]);
    check(
        r#"{"role":"assistant","content":"Done.","tool_calls":null}"#,
        &[],
    );
}

/// The API streams where a request does not say otherwise.
#[test]
fn a_part_of_a_stream_is_refused() {
    let part = ollama(r#"{"role":"assistant","content":"Hi"}"#)
        .replace(r#""done":true"#, r#""done":false"#);
    refused(
        Ollama.decode(&part),
        "expected a response of Ollama (an object with `message` and `done`), found a part of a stream; ask for `stream: false`",
    );
    let error = Ollama.decode(format!("{part}\n{part}")).unwrap_err();
    assert!(
        error.to_string().contains("more text after the value"),
        "{error}"
    );
}

#[test]
fn a_message_is_an_object() {
    refused(
        Ollama.decode(r#"{"message":"Hi.","done":true}"#),
        "expected a response of Ollama (an object with `message` and `done`), found `message`, which is a string and no object",
    );
}
