//! Gemini: calls are parts among others, ids may be missing, and every part goes back as it came.

use tool_runtime::DecodeError;
use tool_runtime::dialect::Gemini;

use super::{calls, messages, refused};
use crate::providers::gemini;

const EXPECTED: &str = "expected a response of Gemini (an object with `candidates`), found";

#[test]
fn parts_go_back_in_one_content_to_the_byte() {
    let parts = r#"[{"text":"","thoughtSignature":"c2ln+/=="} , {"functionCall":{ "name":"a","args":{"x": 1.50} },"thoughtSignature":"eA==","new":[ ]}]"#;
    let turn = Gemini.decode(gemini(parts)).unwrap();
    assert_eq!(calls(&turn), [("", "a", r#"{"x": 1.50}"#)]);
    assert_eq!(
        messages(&turn),
        [format!(r#"{{"role":"model","parts":{parts}}}"#)]
    );
}

/// The history wants to know whose content it is.
#[test]
fn a_content_without_a_role_is_the_model_s() {
    for (content, expected) in [
        (
            r#"{ "parts":[{"text":"Hi."}]}"#,
            r#"{"role":"model", "parts":[{"text":"Hi."}]}"#,
        ),
        (
            r#"{"parts":[{"text":"Hi."}],"role":null}"#,
            r#"{"role":"model","parts":[{"text":"Hi."}]}"#,
        ),
    ] {
        let body = format!(r#"{{"candidates":[{{"content":{content}}}]}}"#);
        let turn = Gemini.decode(body).unwrap();
        assert_eq!(messages(&turn), [expected]);
    }
}

#[test]
fn a_call_that_is_none_is_an_error_that_says_to_ask_again() {
    for reason in ["MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL"] {
        let body = format!(
            r#"{{"candidates":[{{"content":{{}},"finishReason":"{reason}","finishMessage":"print(add(1, 2)"}}]}}"#
        );
        refused(
            Gemini.decode(body),
            &format!(
                "the model wrote a call that cannot be read ({reason}): print(add(1, 2); ask it again"
            ),
        );
    }
}

/// It is no end of the conversation: the request was not what it should be.
#[test]
fn a_signature_that_the_request_lacks_is_the_provider_s_error() {
    let body =
        r#"{"candidates":[{"content":{"parts":[]},"finishReason":"MISSING_THOUGHT_SIGNATURE"}]}"#;
    let message = "a thought signature is missing in the request (MISSING_THOUGHT_SIGNATURE); send all messages of the model as they came, each part with its signature".to_owned();
    let expected = DecodeError::Provider { message };
    assert_eq!(Gemini.decode(body), Err(expected.clone()));
    let mut stream = Gemini.stream();
    stream.push_event(body);
    assert_eq!(stream.into_turn(), Err(expected));
}

#[test]
fn a_prompt_that_was_blocked_is_the_provider_s_error() {
    let message = "it blocked the prompt (SAFETY)".to_owned();
    assert_eq!(
        Gemini.decode(r#"{"promptFeedback":{"blockReason":"SAFETY"}}"#),
        Err(DecodeError::Provider { message })
    );
}

#[test]
fn one_candidate_is_read() {
    let body = r#"{"candidates":[{"content":{"role":"model","parts":[{"text":"a"}]}},{"content":{"role":"model","parts":[{"text":"b"}]}}]}"#;
    refused(
        Gemini.decode(body),
        &format!(
            "{EXPECTED} 2 candidates, where one is read; choose one with `.choice(0)` of the dialect, or ask for one"
        ),
    );
    let turn = Gemini.choice(1).decode(body).unwrap();
    assert_eq!(
        messages(&turn),
        [r#"{"role":"model","parts":[{"text":"b"}]}"#]
    );
    refused(
        Gemini.choice(2).decode(body),
        &format!("{EXPECTED} 2 candidates, of which `.choice(2)` is none: the first is 0"),
    );
    refused(
        Gemini.decode(r#"{"candidates":[]}"#),
        &format!("{EXPECTED} no candidates"),
    );
}

/// As in a stream, where they come in any order.
#[test]
fn a_candidate_is_chosen_by_the_index_that_it_says() {
    let body = r#"{"candidates":[{"index":1,"content":{"role":"model","parts":[{"text":"b"}]}},{"index":0,"content":{"role":"model","parts":[{"text":"a"}]}}]}"#;
    for (choice, text) in [(0, "a"), (1, "b")] {
        let turn = Gemini.choice(choice).decode(body).unwrap();
        let expected = format!(r#"{{"role":"model","parts":[{{"text":"{text}"}}]}}"#);
        assert_eq!(messages(&turn), [expected]);
    }
}

/// A call that was cut would pass for a whole one.
#[test]
fn a_reason_to_finish_that_is_none_is_told() {
    let call = r#"{"functionCall":{"name":"a","args":{}}}"#;
    let body = format!(
        r#"{{"candidates":[{{"content":{{"parts":[{call}]}},"finishReason":["MAX_TOKENS"]}}]}}"#
    );
    let found = "`candidates[0].finishReason`, which is a list and no string";
    refused(Gemini.decode(&body), &format!("{EXPECTED} {found}"));
    let mut stream = Gemini.stream();
    assert!(stream.push_event(&body)[0].is_cut_off());
    let turn = stream.into_turn().unwrap();
    let told = turn.interruption().unwrap().to_string();
    assert!(told.ends_with(found), "{told}");
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    for (parts, found) in [
        (
            r#"[{"text":"a"},7]"#,
            "`candidates[0].content.parts[1]`, which is a number and no object",
        ),
        (
            r#"[{"functionCall":"a()"}]"#,
            "`candidates[0].content.parts[0].functionCall`, which is a string and no object",
        ),
        (
            r#"{"functionCall":{}}"#,
            "`candidates[0].content.parts`, which is an object and no list",
        ),
    ] {
        refused(Gemini.decode(gemini(parts)), &format!("{EXPECTED} {found}"));
    }
}
