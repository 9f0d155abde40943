//! Bedrock Converse: calls are blocks among others, and the message goes back untouched.

use tool_runtime::dialect::Bedrock;

use super::{calls, messages, refused};
use crate::providers::bedrock;

const EXPECTED: &str =
    "expected a response of Bedrock Converse (an object with `output` and `stopReason`), found";

#[test]
fn the_message_goes_back_to_the_byte() {
    let content = r#"[ {"text":"Both."},{"toolUse":{"toolUseId":"t","name":"a","input":{"x": 1.50},"new":{"b":1,"a":[ ]}}}]"#;
    let turn = Bedrock.decode(bedrock(content)).unwrap();
    assert_eq!(calls(&turn), [("t", "a", r#"{"x": 1.50}"#)]);
    assert_eq!(
        messages(&turn),
        [format!(r#"{{"role":"assistant","content":{content}}}"#)]
    );
}

/// It refuses a message without content.
#[test]
fn an_empty_content_is_an_empty_turn_without_a_message() {
    let turn = Bedrock.decode(bedrock("[ ]")).unwrap();
    assert_eq!(calls(&turn), []);
    assert_eq!(messages(&turn), [""; 0]);
}

#[test]
fn whatever_stops_a_turn_may_cut_its_last_call() {
    let content = r#"[{"toolUse":{"toolUseId":"t","name":"a","input":{}}}]"#;
    for (reason, is_cut) in [
        ("end_turn", false),
        ("tool_use", false),
        ("max_tokens", true),
        ("model_context_window_exceeded", true),
        ("guardrail_intervened", true),
        ("content_filtered", true),
    ] {
        let body = bedrock(content).replace("end_turn", reason);
        let turn = Bedrock.decode(body).unwrap();
        assert_eq!(turn.calls()[0].is_cut_off(), is_cut, "{reason}");
    }
}

#[test]
fn a_call_that_is_none_is_an_error_that_says_to_ask_again() {
    for reason in ["malformed_tool_use", "malformed_model_output"] {
        let body = bedrock(r#"[{"text":"<add a=1"}]"#).replace("end_turn", reason);
        refused(
            Bedrock.decode(body),
            &format!("the model wrote a call that cannot be read ({reason}); ask it again"),
        );
    }
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    for (content, found) in [
        (
            r#"["Hi."]"#,
            "`output.message.content[0]`, which is a string and no object",
        ),
        (
            r#"[{"text":"a"},{"toolUse":[]}]"#,
            "`output.message.content[1].toolUse`, which is a list and no object",
        ),
        (
            r#"[{"toolUse":{"type":7}}]"#,
            "`output.message.content[0].toolUse.type`, which is a number and no string",
        ),
        ("null", "`output.message` without `content`"),
    ] {
        refused(
            Bedrock.decode(bedrock(content)),
            &format!("{EXPECTED} {found}"),
        );
    }
    refused(
        Bedrock.decode(r#"{"output":{},"stopReason":"end_turn"}"#),
        &format!("{EXPECTED} `output` without `message`"),
    );
}
