//! The arguments of a call in OpenAI Chat Completions: JSON in a string, or what compatible hosts send instead.

use tool_runtime::Ending;
use tool_runtime::dialect::OpenAiChat;

use crate::library;
use crate::providers::openai_chat;

/// Checks what is read from `function`, the members of the call's function beside its name.
#[track_caller]
fn check(members: &str, expected: &str) {
    let body = openai_chat(&format!(
        r#"{{"role":"assistant","content":null,"tool_calls":[{{"id":"c","type":"function","function":{{"name":"a"{members}}}}}]}}"#
    ));
    let turn = OpenAiChat.decode(body).unwrap();
    assert_eq!(turn.calls().len(), 1);
    assert_eq!(turn.calls()[0].arguments(), expected);
}

#[test]
fn a_string_is_unescaped_once() {
    check(
        r#","arguments":"{\"customer_id\": 1234 , \"x\":1.50}""#,
        r#"{"customer_id": 1234 , "x":1.50}"#,
    );
    check(
        r#","arguments":"{\"a\":\"\\\"\\n\\u00e9\"}\n""#,
        "{\"a\":\"\\\"\\n\\u00e9\"}\n",
    );
    check(
        r#","arguments":"\u007b\"a\":\"\ud83d\ude00\/\"}""#,
        r#"{"a":"😀/"}"#,
    );
}

#[test]
fn an_object_is_taken_as_it_stands() {
    check(
        r#","arguments": {"customer_id": 1234 , "x":1.50} "#,
        r#"{"customer_id": 1234 , "x":1.50}"#,
    );
    check(r#","arguments":{}"#, "{}");
}

#[test]
fn nothing_is_an_empty_text() {
    check("", "");
    check(r#","arguments":null"#, "");
    check(r#","arguments":"""#, "");
}

#[test]
fn what_is_not_json_is_the_call_s_to_answer() {
    check(
        r#","arguments":"{\"customer_id\": 12""#,
        r#"{"customer_id": 12"#,
    );
    check(r#","arguments":"customer 1234""#, "customer 1234");
    check(r#","arguments":[1]"#, "[1]");
    check(r#","arguments":7"#, "7");
}

/// JSON has strings that no text holds, such as half of a surrogate pair. Nothing stands for them but an error: a tool
/// that takes nothing would run on an empty text.
#[tokio::test]
async fn a_string_that_is_no_text_is_not_nothing() {
    let body = openai_chat(
        r#"{"role":"assistant","content":null,"tool_calls":[{"id":"c","type":"function","function":{"name":"opening_hours","arguments":"{\"a\":\"\ud83d\"}"}}]}"#,
    );
    let turn = OpenAiChat.decode(body).unwrap();
    let report = library::without_parameters().run(turn.calls()).await;
    let outcome = report.results()[0].outcome();
    assert_eq!(outcome.ending, Ending::InvalidArguments);
}

#[test]
fn the_last_of_two_is_read_as_other_parsers_do() {
    check(r#","arguments":"{}","arguments":"{\"b\":1}""#, r#"{"b":1}"#);
}
