//! Mistral: OpenAI's format, in which a call's id may be missing and its arguments an object.

use tool_runtime::dialect::{Mistral, OpenAiChat};

use super::{calls, messages, refused};
use crate::providers::mistral;

/// Checks the calls of a response with `message`, and that the message is kept to the byte.
#[track_caller]
fn check(message: &str, expected: &[(&str, &str, &str)]) {
    let turn = Mistral.decode(mistral(message)).unwrap();
    assert_eq!(calls(&turn), expected);
    assert_eq!(messages(&turn), [message]);
}

#[test]
fn arguments_are_a_string_or_an_object() {
    check(
        r#"{"role":"assistant","content":"","prefix":false,"tool_calls":[
            {"id":"a1B2c3D4e","type":"function","index":0,"function":{"name":"a","arguments":"{\"n\": 1.50}"}},
            {"id":"f5G6h7I8j","function":{"arguments":{ "n" : 1e2 },"name":"b"}}
        ]}"#,
        &[
            ("a1B2c3D4e", "a", r#"{"n": 1.50}"#),
            ("f5G6h7I8j", "b", r#"{ "n" : 1e2 }"#),
        ],
    );
}

/// The SDK writes the text `null` for an id that is not there.
#[test]
fn an_id_that_is_the_text_null_is_none() {
    let message = r#"{"role":"assistant","content":"","tool_calls":[
            {"id":"null","function":{"name":"a","arguments":{}}},
            {"id":null,"function":{"name":"b","arguments":{}}},
            {"function":{"name":"c","arguments":{}}}
        ]}"#;
    check(
        message,
        &[("", "a", "{}"), ("", "b", "{}"), ("", "c", "{}")],
    );
    // Elsewhere it is an id as any other.
    let turn = OpenAiChat.decode(mistral(message)).unwrap();
    assert_eq!(turn.calls()[0].id(), "null");
}

#[test]
fn content_in_parts_is_the_end_of_a_conversation() {
    check(
        r#"{"role":"assistant","content":[{"type":"thinking","thinking":[{"type":"text","text":"Both."}]},{"type":"text","text":"Done."}],"tool_calls":null}"#,
        &[],
    );
}

#[test]
fn a_part_of_a_stream_is_refused() {
    refused(
        Mistral.decode(r#"{"id":"1","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":null}]}"#),
        "expected a response of Mistral (an object with `choices`), found a choice without a `message`; is it a part of a stream?",
    );
}
