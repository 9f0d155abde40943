//! OpenAI Chat Completions: calls stand beside the text, and the message goes back untouched.

use tool_runtime::dialect::OpenAiChat;

use super::{calls, messages, refused};
use crate::providers::openai_chat;

const EXPECTED: &str =
    "expected a response of OpenAI Chat Completions (an object with `choices`), found";

/// Checks the calls of a response with `message`, and that the message is kept to the byte.
#[track_caller]
fn check(message: &str, expected: &[(&str, &str, &str)]) {
    let turn = OpenAiChat.decode(openai_chat(message)).unwrap();
    assert_eq!(calls(&turn), expected);
    assert_eq!(messages(&turn), [message]);
}

#[test]
fn calls_come_in_order_with_arguments_to_the_byte() {
    check(
        r#"{ "role":"assistant", "content" : null , "refusal":null, "annotations":[], "tool_calls":[
            {"id":"call_2","type":"function","function":{"name":"b","arguments":"{\"customer_id\": 1234 , \"x\":1.50}"}},
            {"index":1,"function":{"arguments":"{\n  \"a\": \"\\u00e9 \\\" \\\\\"\n}","name":"a"},"type":"function","id":"call_1"}
        ] }"#,
        &[
            ("call_2", "b", r#"{"customer_id": 1234 , "x":1.50}"#),
            ("call_1", "a", "{\n  \"a\": \"\\u00e9 \\\" \\\\\"\n}"),
        ],
    );
}

#[test]
fn text_may_stand_beside_calls() {
    check(
        r#"{"role":"assistant","content":"I'll look.","tool_calls":[{"id":"c","type":"function","function":{"name":"a","arguments":"{}"}}]}"#,
        &[("c", "a", "{}")],
    );
}

#[test]
fn a_message_without_calls_is_the_end_of_a_conversation() {
    check(r#"{"role":"assistant","content":"Done."}"#, &[]);
    check(
        r#"{"role":"assistant","content":"Done.","tool_calls":null}"#,
        &[],
    );
    check(
        r#"{"role":"assistant","content":"Done.","tool_calls":[]}"#,
        &[],
    );
    check(
        r#"{"role":"assistant","content":null,"refusal":"I can't."}"#,
        &[],
    );
}

#[test]
fn fields_nobody_knows_stay() {
    check(
        r#"{"role":"assistant","content":null,"reasoning_content":"Both.","z":{"b":1,"a":2},"tool_calls":[{"id":"c","type":"function","function":{"name":"a","arguments":"{}"},"extra_content":{"google":{"thought_signature":"c2ln"}}}]}"#,
        &[("c", "a", "{}")],
    );
}

#[test]
fn a_call_is_never_lost_for_what_it_lacks() {
    check(
        r#"{"role":"assistant","tool_calls":[
            {"type":"function","function":{"name":"a","arguments":"{}"}},
            {"id":"call_1","type":"function","function":{"arguments":"{}"}},
            {"id":null,"type":"function","function":{"name":null,"arguments":"{}"}},
            {"id":"call_2","type":"function"},
            {}
        ]}"#,
        &[
            ("", "a", "{}"),
            ("call_1", "", "{}"),
            ("", "", "{}"),
            ("call_2", "", ""),
            ("", "", ""),
        ],
    );
}

/// A call of a custom tool is for no tool here, but the provider wants an answer to it all the same.
const CUSTOM: &str = r#"{"role":"assistant","content":null,"tool_calls":[{"id":"call_1","type":"custom","custom":{"name":"shell","input":"ls -l"}}]}"#;

#[test]
fn a_custom_call_is_answered_under_its_id() {
    let turn = OpenAiChat.decode(openai_chat(CUSTOM)).unwrap();
    let ids: Vec<_> = turn.calls().iter().map(|call| call.id()).collect();
    assert_eq!(ids, ["call_1"]);
}

#[test]
fn a_custom_call_has_its_name_and_its_text() {
    check(CUSTOM, &[("call_1", "shell", "ls -l")]);
}

#[test]
fn one_choice_is_read() {
    let choice = |text: &str| {
        format!(
            r#"{{"index":0,"message":{{"role":"assistant","content":"{text}"}},"finish_reason":"stop"}}"#
        )
    };
    let body = format!(r#"{{"choices":[{},{}]}}"#, choice("a"), choice("b"));
    refused(
        OpenAiChat.decode(&body),
        &format!(
            "{EXPECTED} 2 choices, where one is read; choose one with `.choice(0)` of the dialect, or ask for one"
        ),
    );
    let second = OpenAiChat.choice(1).decode(&body).unwrap();
    let expected = r#"{"role":"assistant","content":"b"}"#;
    assert_eq!(messages(&second), [expected]);
    refused(
        OpenAiChat.choice(2).decode(&body),
        &format!("{EXPECTED} 2 choices, of which `.choice(2)` is none: the first is 0"),
    );
}

#[test]
fn a_call_of_the_old_api_is_not_passed_over() {
    let message =
        r#"{"role":"assistant","content":null,"function_call":{"name":"a","arguments":"{}"}}"#;
    refused(
        OpenAiChat.decode(openai_chat(message)),
        &format!(
            "{EXPECTED} a call in `function_call`, as of requests with `functions`; offer the tools in `tools`"
        ),
    );
}

#[test]
fn no_choice_is_not_too_many() {
    for choices in ["[]", "{}", r#""none""#] {
        let error = OpenAiChat.decode(format!(r#"{{"choices":{choices}}}"#));
        let text = error.unwrap_err().to_string();
        assert!(text.starts_with(EXPECTED), "{text}");
        assert!(!text.contains("choose"), "{text}");
    }
}

#[test]
fn a_part_of_a_stream_is_refused() {
    let part = format!("{EXPECTED} a choice without a `message`; is it a part of a stream?");
    refused(
        OpenAiChat.decode(
            r#"{"object":"chat.completion.chunk","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"call_1"}]},"finish_reason":null}]}"#,
        ),
        &part,
    );
    refused(
        OpenAiChat.decode(r#"{"choices":[{"message":null}]}"#),
        &part,
    );
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    for (message, found) in [
        (
            r#"{"tool_calls":"add(1)"}"#,
            "`choices[0].message.tool_calls`, which is a string and no list",
        ),
        (
            r#"{"tool_calls":[{},null]}"#,
            "`choices[0].message.tool_calls[1]`, which is null and no object",
        ),
        (
            r#""Hi.""#,
            "`choices[0].message`, which is a string and no object",
        ),
    ] {
        refused(
            OpenAiChat.decode(openai_chat(message)),
            &format!("{EXPECTED} {found}"),
        );
    }
}

/// Whatever ends a turn in the middle of a call: what is left of the call is not run, and those before it are.
#[test]
fn the_last_call_of_a_turn_that_breaks_off_is_cut() {
    let message = r#"{"role":"assistant","content":null,"tool_calls":[
        {"id":"call_1","type":"function","function":{"name":"a","arguments":"{}"}},
        {"id":"call_2","type":"function","function":{"name":"a","arguments":"{\"n\": 1"}}
    ]}"#;
    let body = openai_chat(message);
    for (reason, is_cut) in [
        ("stop", false),
        ("tool_calls", false),
        ("length", true),
        ("content_filter", true),
    ] {
        let reason = format!(r#""finish_reason":"{reason}""#);
        let turn = OpenAiChat
            .decode(body.replace(r#""finish_reason":"stop""#, &reason))
            .unwrap();
        let cut: Vec<bool> = turn.calls().iter().map(|call| call.is_cut_off()).collect();
        assert_eq!(cut, [false, is_cut], "{reason}");
    }
}
