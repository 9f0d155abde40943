//! OpenAI Responses: calls are items among others, and all items go back untouched.

use tool_runtime::DecodeError;
use tool_runtime::dialect::OpenAiResponses;

use super::{calls, messages, refused};
use crate::providers::openai_responses;

const EXPECTED: &str =
    "expected a response of OpenAI Responses (an object with `\"object\": \"response\"`), found";

#[test]
fn items_go_back_one_by_one_to_the_byte() {
    let items = [
        r#"{"id":"rs_1","type":"reasoning","summary":[ ],"encrypted_content":"gAAA+/=="}"#,
        r#"{ "type":"function_call" , "call_id":"call_1","name":"a","arguments":"{\"x\": 1.50}","new":{"z":1,"a":2}}"#,
    ];
    let turn = OpenAiResponses
        .decode(openai_responses(&format!("[{}]", items.join(" , "))))
        .unwrap();
    assert_eq!(calls(&turn), [("call_1", "a", r#"{"x": 1.50}"#)]);
    assert_eq!(messages(&turn), items);
}

/// An item's own id is not the one that a result answers.
#[test]
fn the_id_is_that_of_the_call_and_not_of_the_item() {
    let turn = OpenAiResponses
        .decode(openai_responses(
            r#"[{"id":"fc_1","type":"function_call","name":"a","arguments":"{}"}]"#,
        ))
        .unwrap();
    assert_eq!(calls(&turn), [("", "a", "{}")]);
}

#[test]
fn a_response_that_is_not_done_is_no_end_of_a_conversation() {
    for status in ["queued", "in_progress"] {
        let body = openai_responses("[]").replace("completed", status);
        refused(
            OpenAiResponses.decode(body),
            &format!("{EXPECTED} one that is still `{status}`; ask for it again until it is not"),
        );
    }
}

#[test]
fn a_response_that_failed_is_the_provider_s_error() {
    let failed = openai_responses("[]").replace("completed", "failed");
    let told = failed.replace(
        r#""error":null"#,
        r#""error":{"code":"server_error","message":"Try again."}"#,
    );
    for (body, expected) in [
        (told, "Try again."),
        (failed, "it failed, and does not say why"),
    ] {
        let message = expected.to_owned();
        assert_eq!(
            OpenAiResponses.decode(body),
            Err(DecodeError::Provider { message })
        );
    }
}

/// A call that is whole is one, whatever ended the turn behind it.
#[test]
fn of_a_turn_that_was_stopped_the_last_call_may_be_cut() {
    let call = |arguments: &str| {
        format!(r#"{{"type":"function_call","call_id":"c","name":"a","arguments":"{arguments}"}}"#)
    };
    let text = r#"{"type":"custom_tool_call","call_id":"c","name":"a","input":"SELECT"}"#;
    for (last, is_cut) in [
        (call("{}"), false),
        (call("{\\\"x"), true),
        (call(""), true),
        (text.to_owned(), true),
    ] {
        for status in ["incomplete", "cancelled"] {
            let items = format!("[{},{last}]", call("{\\\"x"));
            let body = openai_responses(&items).replace("completed", status);
            let turn = OpenAiResponses.decode(body).unwrap();
            let cut: Vec<_> = turn.calls().iter().map(|call| call.is_cut_off()).collect();
            assert_eq!(cut, [false, is_cut], "{last}");
        }
    }
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    for (output, found) in [
        (
            r#"[{"type":"reasoning"},"x"]"#,
            "`output[1]`, which is a string and no object",
        ),
        (r#"[{"call_id":"c"}]"#, "`output[0]` without `type`"),
        (
            r#"[{"type":7}]"#,
            "`output[0].type`, which is a number and no string",
        ),
        ("null", "a response without `output`"),
    ] {
        refused(
            OpenAiResponses.decode(openai_responses(output)),
            &format!("{EXPECTED} {found}"),
        );
    }
}
