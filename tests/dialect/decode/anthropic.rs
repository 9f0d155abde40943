//! Anthropic Messages: calls are blocks among others, and all blocks go back untouched.

use tool_runtime::dialect::Anthropic;

use super::{calls, messages, refused};
use crate::providers::anthropic;

/// Checks the calls of a response with `content`, and that the content is kept to the byte.
#[track_caller]
fn check(content: &str, expected: &[(&str, &str, &str)]) {
    let turn = Anthropic.decode(anthropic(content)).unwrap();
    assert_eq!(calls(&turn), expected);
    assert_eq!(
        messages(&turn),
        [format!(r#"{{"role":"assistant","content":{content}}}"#)]
    );
}

#[test]
fn calls_come_in_order_with_arguments_to_the_byte() {
    check(
        r#"[
            {"type":"tool_use","id":"toolu_2","name":"b","input":{"customer_id": 1234 , "x":1.50}},
            {"type": "text", "text": "And:"},
            {"type":"tool_use","id":"toolu_1","name":"a","input":{ "n" : 1e2, "\u0061":"\u00e9\/" } },
            {"input":{},"name":"a","id":"toolu_3","type":"tool_use"}
        ]"#,
        &[
            ("toolu_2", "b", r#"{"customer_id": 1234 , "x":1.50}"#),
            ("toolu_1", "a", r#"{ "n" : 1e2, "\u0061":"\u00e9\/" }"#),
            ("toolu_3", "a", "{}"),
        ],
    );
}

#[test]
fn digits_are_kept_that_no_number_type_holds() {
    check(
        r#"[{"type":"tool_use","id":"t","name":"a","input":{"id":123456789012345678901234567890,"p":0.10000000000000000001}}]"#,
        &[(
            "t",
            "a",
            r#"{"id":123456789012345678901234567890,"p":0.10000000000000000001}"#,
        )],
    );
}

#[test]
fn thinking_and_fields_nobody_knows_stay() {
    check(
        r#"[
            {"type":"thinking","thinking":"Both at once.","signature":"EqQBCgIYAhIM+/=="},
            {"type":"redacted_thinking","data":"EmwKAhgBEgy"},
            {"type":"text","text":"I'll look.","citations":null,"new_in_2030":{"z":1,"a":[ ]}},
            {"type":"tool_use","id":"t","name":"a","input":{},"caller":{"type":"direct"},"toolset_name":"x"}
        ]"#,
        &[("t", "a", "{}")],
    );
}

#[test]
fn a_server_tool_use_is_no_call() {
    check(
        r#"[
            {"type":"server_tool_use","id":"srvtoolu_1","name":"web_search","input":{"query":"x"}},
            {"type":"web_search_tool_result","tool_use_id":"srvtoolu_1","content":[]},
            {"type":"mcp_tool_use","id":"mcptoolu_1","name":"echo","server_name":"s","input":{}},
            {"type":"tool_use","id":"toolu_1","name":"a","input":{}}
        ]"#,
        &[("toolu_1", "a", "{}")],
    );
}

#[test]
fn the_end_of_a_conversation_has_no_calls() {
    check(r#"[{"type":"text","text":"Done."}]"#, &[]);
}

#[test]
fn a_call_is_never_lost_for_what_it_lacks() {
    check(
        r#"[
            {"type":"tool_use","name":"a","input":{}},
            {"type":"tool_use","id":"toolu_1","input":{}},
            {"type":"tool_use","id":"toolu_2","name":"a"},
            {"type":"tool_use","id":null,"name":null,"input":null},
            {"type":"tool_use"}
        ]"#,
        &[
            ("", "a", "{}"),
            ("toolu_1", "", "{}"),
            ("toolu_2", "a", ""),
            ("", "", ""),
            ("", "", ""),
        ],
    );
}

/// In a string is what some hosts of the format write as the model wrote it.
#[test]
fn arguments_that_are_no_object_are_kept_for_the_call_s_result() {
    check(
        r#"[{"type":"tool_use","id":"t","name":"a","input":"{\"x\":1}"},{"type":"tool_use","id":"u","name":"a","input":[1]},{"type":"tool_use","id":"v","name":"a","input":"x"}]"#,
        &[("t", "a", r#"{"x":1}"#), ("u", "a", "[1]"), ("v", "a", "x")],
    );
}

#[test]
fn whatever_stops_a_turn_may_cut_its_last_call() {
    let content = r#"[{"type":"tool_use","id":"t","name":"a","input":{}}]"#;
    for (reason, is_cut) in [
        ("end_turn", false),
        ("tool_use", false),
        ("max_tokens", true),
        ("model_context_window_exceeded", true),
        ("refusal", true),
    ] {
        let body = anthropic(content).replace("end_turn", reason);
        let turn = Anthropic.decode(body).unwrap();
        assert_eq!(turn.calls()[0].is_cut_off(), is_cut, "{reason}");
    }
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    for (content, found) in [
        (
            r#"["Hi."]"#,
            "`content[0]`, which is a string and no object",
        ),
        (r#"[{"id":"t"}]"#, "`content[0]` without `type`"),
        (r#"[{"type":null}]"#, "`content[0]` without `type`"),
        (
            r#"[{"type":["tool_use"]}]"#,
            "`content[0].type`, which is a list and no string",
        ),
    ] {
        refused(
            Anthropic.decode(anthropic(content)),
            &format!(
                "expected a response of Anthropic Messages (an object with `\"type\": \"message\"`), found {found}"
            ),
        );
    }
}

#[test]
fn an_empty_content_is_an_empty_turn_without_a_message() {
    for content in ["[]", "[ ]", "[\n]"] {
        let turn = Anthropic.decode(anthropic(content)).unwrap();
        assert_eq!(calls(&turn), []);
        assert_eq!(messages(&turn), [""; 0]);
    }
}

#[test]
fn a_body_is_text_or_bytes() {
    let body = anthropic(r#"[{"type":"tool_use","id":"t","name":"a","input":{}}]"#);
    let expected = Anthropic.decode(&body).unwrap();
    assert_eq!(Anthropic.decode(body.as_bytes()).unwrap(), expected);
    assert_eq!(
        Anthropic.decode(body.clone().into_bytes()).unwrap(),
        expected
    );
    assert_eq!(
        Anthropic.decode(format!("\r\n {body}\n")).unwrap(),
        expected
    );
}

/// The provider's search takes long: without calls it is no end.
#[test]
fn a_turn_that_is_paused_is_to_go_on() {
    let content = r#"[{"type":"server_tool_use","id":"srvtoolu_1","name":"web_search","input":{"query":"a"}}]"#;
    let body = anthropic(content);
    assert!(!Anthropic.decode(&body).unwrap().is_paused());
    let body = body.replace("end_turn", "pause_turn");
    let turn = Anthropic.decode(&body).unwrap();
    assert!(turn.is_paused() && turn.calls().is_empty());
    assert_eq!(turn.messages().count(), 1);

    let mut stream = Anthropic.stream();
    for event in [
        r#"{"type":"message_start","message":{"type":"message","role":"assistant","content":[]}}"#,
        r#"{"type":"content_block_start","index":0,"content_block":{"type":"server_tool_use","id":"srvtoolu_1","name":"web_search","input":{}}}"#,
        r#"{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\"query\":\"a\"}"}}"#,
        r#"{"type":"content_block_stop","index":0}"#,
        r#"{"type":"message_delta","delta":{"stop_reason":"pause_turn","stop_sequence":null},"usage":{"output_tokens":1}}"#,
        r#"{"type":"message_stop"}"#,
    ] {
        stream.push_event(event);
    }
    let streamed = stream.into_turn().unwrap();
    assert!(streamed.is_paused() && streamed.calls().is_empty());
    let messages = |turn: &tool_runtime::dialect::Turn| -> Vec<_> {
        turn.messages().map(|message| message.to_string()).collect()
    };
    assert_eq!(messages(&streamed), messages(&turn));
}
