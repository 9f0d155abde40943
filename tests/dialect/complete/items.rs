//! OpenAI Responses: an item for each result, anywhere after its call.

use tool_runtime::dialect::OpenAiResponses;

use super::{check, unchanged};

const USER: &str = r#"{"role": "user", "content": "Go on."}"#;
const THOUGHT: &str =
    r#"{"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"gAAA=="}"#;
const FIND: &str = r#"{"type":"function_call","id":"fc_1","call_id":"a","name":"find","arguments":"{\"id\": 7}","status":"completed"}"#;
const RUN: &str = r#"{"type":"custom_tool_call","call_id":"b","name":"run","input":"SELECT 1"}"#;
const FOUND: &str = r#"{"type":"function_call_output","call_id":"a","output":[{"type":"input_text","text":"Emma"}]}"#;
const RAN: &str = r#"{"type":"custom_tool_call_output","call_id":"b","output":"1"}"#;
const NO_FIND: &str = r#"{"type":"function_call_output","call_id":"a","output":"⟨find⟩"}"#;
const NO_RUN: &str = r#"{"type":"custom_tool_call_output","call_id":"b","output":"⟨run⟩"}"#;

#[test]
fn a_complete_history_is_left_as_it_is() {
    let searched = r#"{"type":"web_search_call","id":"ws_1","status":"completed"}"#;
    unchanged(
        &OpenAiResponses,
        &[USER, THOUGHT, searched, FIND, RUN, FOUND, RAN, USER],
    );
    unchanged(&OpenAiResponses, &[FIND, FOUND, RUN, RAN]);
    unchanged(
        &OpenAiResponses,
        &[FIND, USER, RUN, THOUGHT, RAN, USER, FOUND],
    );
    unchanged(&OpenAiResponses, &[FIND, FIND, FOUND, FOUND]);
}

#[test]
fn each_call_without_a_result_gets_one_after_its_turn() {
    let both = [("a", "find"), ("b", "run")];
    check(
        &OpenAiResponses,
        &[USER, THOUGHT, FIND, RUN],
        &[USER, THOUGHT, FIND, RUN, NO_FIND, NO_RUN],
        &both,
    );
    check(
        &OpenAiResponses,
        &[FIND, RUN, RAN, THOUGHT, FIND, USER],
        &[FIND, RUN, NO_FIND, RAN, THOUGHT, FIND, NO_FIND, USER],
        &[both[0], both[0]],
    );
    check(
        &OpenAiResponses,
        &[FIND, THOUGHT, RUN, FOUND],
        &[FIND, THOUGHT, RUN, FOUND, NO_RUN],
        &both[1..],
    );
    check(
        &OpenAiResponses,
        &[FIND, FIND, FOUND],
        &[FIND, FIND, FOUND, NO_FIND],
        &both[..1],
    );
}

#[test]
fn a_call_from_a_program_is_answered_to_it() {
    let asked = r#"{"type":"function_call","call_id":"a","name":"find","arguments":"{}","caller":{"type":"program","caller_id":"p1"}}"#;
    let answer = r#"{"type":"function_call_output","call_id":"a","output":"⟨find⟩","caller":{"type":"program","caller_id":"p1"}}"#;
    check(
        &OpenAiResponses,
        &[asked],
        &[asked, answer],
        &[("a", "find")],
    );
}
