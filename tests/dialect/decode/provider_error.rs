//! A provider's own error, which is told in the provider's words.

use tool_runtime::DecodeError;
use tool_runtime::dialect::recognise;

use crate::providers::PROVIDERS;

/// Checks that each dialect, and none in particular, answers with the provider's text.
#[track_caller]
fn check(body: &str, expected: &str) {
    let error = DecodeError::Provider {
        message: expected.to_owned(),
    };
    for provider in &PROVIDERS {
        assert_eq!(
            provider.dialect.decode(body.as_bytes()),
            Err(error.clone()),
            "{}",
            provider.name
        );
    }
    assert_eq!(
        recognise(body).map(|dialect| dialect.name()).unwrap_err(),
        error
    );
}

#[test]
fn anthropic_s_error_is_told() {
    check(
        r#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"},"request_id":"req_1"}"#,
        "Overloaded",
    );
}

#[test]
fn openai_s_error_is_told() {
    check(
        r#"{"error":{"message":"Incorrect API key provided.","type":"invalid_request_error","param":null,"code":"invalid_api_key"}}"#,
        "Incorrect API key provided.",
    );
}

#[test]
fn an_error_without_a_message_is_shown_as_it_is() {
    check(r#"{"error":{"code":503}}"#, r#"{"code":503}"#);
}

#[test]
fn an_error_that_is_a_text_is_that_text() {
    check(r#"{"error":"model not found"}"#, "model not found");
}

#[test]
fn the_display_says_whose_error_it_is() {
    let error = DecodeError::Provider {
        message: "Overloaded".to_owned(),
    };
    assert_eq!(
        error.to_string(),
        "the provider answered with an error: Overloaded"
    );
}
