//! OpenAI Chat Completions, Mistral and Ollama: a message for each result.

use tool_runtime::dialect::{Mistral, Ollama, OpenAiChat};

use super::{check, unchanged};

const USER: &str = r#"{"role": "user", "content": "Go on."}"#;
const DONE: &str = r#"{"role":"assistant","content":"Done."}"#;
/// Numbers, keys and spaces that a writer would change.
const ASKED: &str = r#"{ "role":"assistant", "content":null, "z":1.50, "tool_calls":[
  {"id":"a","type":"function","function":{"name":"find","arguments":"{\"id\": 7}"}},
  {"id":"b","type":"function","function":{"name":"lend","arguments":"{}"}} ] }"#;
const FOUND: &str =
    r#"{"role":"tool","tool_call_id":"a","content":[{"type":"text","text":"Emma"}],"n":1e2}"#;
const LENT: &str = r#"{"role":"tool","tool_call_id":"b","content":"Done."}"#;
const FIND: &str = r#"{"role":"tool","tool_call_id":"a","content":"⟨find⟩"}"#;
const LEND: &str = r#"{"role":"tool","tool_call_id":"b","content":"⟨lend⟩"}"#;

#[test]
fn a_complete_history_is_left_as_it_is() {
    unchanged(&OpenAiChat, &[]);
    unchanged(&OpenAiChat, &[USER, ASKED, FOUND, LENT, DONE, USER]);
    unchanged(&OpenAiChat, &[USER, ASKED, LENT, FOUND]);
    unchanged(&OpenAiChat, &[ASKED, FOUND, LENT, ASKED, FOUND, LENT]);
}

#[test]
fn each_call_without_a_result_gets_one_in_its_place() {
    let both = [("a", "find"), ("b", "lend")];
    check(
        &OpenAiChat,
        &[USER, ASKED],
        &[USER, ASKED, FIND, LEND],
        &both,
    );
    check(
        &OpenAiChat,
        &[ASKED, FOUND, USER],
        &[ASKED, FOUND, LEND, USER],
        &both[1..],
    );
    check(
        &OpenAiChat,
        &[ASKED, LENT, DONE],
        &[ASKED, FIND, LENT, DONE],
        &both[..1],
    );
}

#[test]
fn turns_in_the_middle_are_completed_each_by_itself() {
    check(
        &OpenAiChat,
        &[ASKED, USER, ASKED, FOUND, LENT, ASKED, LENT, ASKED],
        &[
            ASKED, FIND, LEND, USER, ASKED, FOUND, LENT, ASKED, FIND, LENT, ASKED, FIND, LEND,
        ],
        &[
            ("a", "find"),
            ("b", "lend"),
            ("a", "find"),
            ("a", "find"),
            ("b", "lend"),
        ],
    );
}

#[test]
fn calls_that_share_an_id_have_as_many_results() {
    let asked = r#"{"role":"assistant","tool_calls":[{"id":"a","function":{"name":"find","arguments":""}},{"id":"a","function":{"name":"lend","arguments":""}}]}"#;
    let lend = LEND.replace("\"b\"", "\"a\"");
    check(
        &OpenAiChat,
        &[asked, FOUND],
        &[asked, FOUND, &lend],
        &[("a", "lend")],
    );
    unchanged(&OpenAiChat, &[asked, FOUND, FOUND]);
}

#[test]
fn a_call_whose_result_stands_elsewhere_gets_no_other() {
    unchanged(&OpenAiChat, &[ASKED, FOUND, USER, LENT]);
    check(
        &OpenAiChat,
        &[ASKED, USER, LENT],
        &[ASKED, FIND, USER, LENT],
        &[("a", "find")],
    );
}

#[test]
fn what_is_no_message_of_the_format_is_left_alone() {
    let others = [
        r#"{"role":"assistant","content":"Hi.","tool_calls":null}"#,
        r#"{"role":"assistant","tool_calls":[]}"#,
        r#"{"role":"assistant","tool_calls":"find"}"#,
        r#"{"role":"assistant","tool_calls":[7]}"#,
        r#"{"role":7,"tool_calls":[{"id":"a","function":{"name":"find"}}]}"#,
        r#"{"role":"tool","content":"of nothing"}"#,
        r#"{"type":"message"}"#,
        "{}",
    ];
    unchanged(&OpenAiChat, &others);
    let mut values = vec![serde_json::json!(7).into(), serde_json::json!([1]).into()];
    assert_eq!(OpenAiChat.complete(&mut values), []);
    assert_eq!(values[0].as_str(), "7");
}

#[test]
fn a_custom_tool_s_call_is_one_too() {
    let asked = r#"{"role":"assistant","tool_calls":[{"id":"c","type":"custom","custom":{"name":"run","input":"SELECT 1"}}]}"#;
    let run = r#"{"role":"tool","tool_call_id":"c","content":"⟨run⟩"}"#;
    check(&OpenAiChat, &[asked], &[asked, run], &[("c", "run")]);
}

const OLLAMA: &str = r#"{"role":"assistant","content":"","tool_calls":[{"function":{"name":"find","arguments":{"id":7}}},{"function":{"name":"lend","arguments":{}}},{"function":{"name":"find","arguments":{"id":8}}}]}"#;

#[test]
fn without_ids_names_and_order_tell() {
    let [find, lend] = ["find", "lend"]
        .map(|name| format!(r#"{{"role":"tool","tool_name":"{name}","content":"⟨{name}⟩"}}"#));
    let found = r#"{"role":"tool","tool_name":"find","content":"Emma"}"#;
    let lent = r#"{"role":"tool","content":"lent","tool_name":"lend"}"#;
    let nameless = r#"{"role":"tool","content":"Emma"}"#;
    check(
        &Ollama,
        &[OLLAMA],
        &[OLLAMA, &find, &lend, &find],
        &[("", "find"), ("", "lend"), ("", "find")],
    );
    check(
        &Ollama,
        &[OLLAMA, lent],
        &[OLLAMA, &find, lent, &find],
        &[("", "find"), ("", "find")],
    );
    check(
        &Ollama,
        &[OLLAMA, found, found],
        &[OLLAMA, found, &lend, found],
        &[("", "lend")],
    );
    check(
        &Ollama,
        &[OLLAMA, nameless],
        &[OLLAMA, nameless, &lend, &find],
        &[("", "lend"), ("", "find")],
    );
    unchanged(&Ollama, &[OLLAMA, found, lent, found]);
    unchanged(&Ollama, &[OLLAMA, nameless, nameless, nameless]);
}

const MISTRAL: &str = r#"{"role":"assistant","content":"","tool_calls":[{"id":"null","function":{"name":"find","arguments":{"id":7}}},{"id":"a1B2c3D4e","function":{"name":"lend","arguments":"{}"}}]}"#;

#[test]
fn mistral_s_null_is_no_id() {
    let find = r#"{"role":"tool","name":"find","content":"⟨find⟩"}"#;
    let lend = r#"{"role":"tool","tool_call_id":"a1B2c3D4e","name":"lend","content":"⟨lend⟩"}"#;
    let found = r#"{"role":"tool","tool_call_id":"null","name":"find","content":"Emma"}"#;
    let lent = lend.replace("⟨lend⟩", "lent");
    check(
        &Mistral,
        &[MISTRAL],
        &[MISTRAL, find, lend],
        &[("", "find"), ("a1B2c3D4e", "lend")],
    );
    check(
        &Mistral,
        &[MISTRAL, &lent],
        &[MISTRAL, find, &lent],
        &[("", "find")],
    );
    check(
        &Mistral,
        &[MISTRAL, found, DONE],
        &[MISTRAL, found, lend, DONE],
        &[("a1B2c3D4e", "lend")],
    );
}

#[test]
fn at_mistral_no_user_speaks_right_after_a_result() {
    let find = r#"{"role":"tool","name":"find","content":"⟨find⟩"}"#;
    let lent = r#"{"role":"tool","tool_call_id":"a1B2c3D4e","name":"lend","content":"lent"}"#;
    let between = r#"{"role":"assistant","content":"OK."}"#;
    check(
        &Mistral,
        &[MISTRAL, lent, USER],
        &[MISTRAL, find, lent, between, USER],
        &[("", "find")],
    );
    // That is the program's, where nothing is missing.
    let found = r#"{"role":"tool","name":"find","content":"Emma"}"#;
    unchanged(&Mistral, &[MISTRAL, found, lent, USER]);
}
