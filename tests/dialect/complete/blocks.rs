//! Anthropic Messages: a block for each result, first in the user's message after the calls.

use tool_runtime::dialect::Anthropic;

use super::{check, unchanged};

const ASKED: &str = r#"{"role":"assistant", "content":[{"type":"thinking","thinking":"Two…","signature":"EqQB+/=="},{"type":"tool_use","id":"a","name":"find","input":{"z":1.50,"a":1e400}},
  {"type":"server_tool_use","id":"s","name":"web_search","input":{}}, {"type":"tool_use","id":"b","name":"lend","input":{}}]}"#;
const FIND: &str = r#"{"type":"tool_result","tool_use_id":"a","content":"⟨find⟩","is_error":true}"#;
const LEND: &str = r#"{"type":"tool_result","tool_use_id":"b","content":"⟨lend⟩","is_error":true}"#;
const FOUND: &str = r#"{"type":"tool_result", "tool_use_id":"a"}"#;
const LENT: &str = r#"{"content":"Done.","tool_use_id":"b","type":"tool_result"}"#;
const TEXT: &str = r#"{"type":"text","text":"Go on.","cache_control":{"type":"ephemeral"}}"#;
const BOTH: [(&str, &str); 2] = [("a", "find"), ("b", "lend")];

/// A message of the user with these blocks, as it is stored.
fn stored(blocks: &[&str]) -> String {
    format!(
        r#"{{"role":"user", "content": [ {} ], "x":[] }}"#,
        blocks.join(" , ")
    )
}

fn user(blocks: &[&str]) -> String {
    format!(r#"{{"role":"user","content":[{}]}}"#, blocks.join(","))
}

/// Checks what becomes of the user's message after the calls.
#[track_caller]
fn next(message: &str, expected: &str, added: &[(&str, &str)]) {
    let done = r#"{"role":"assistant","content":"Done."}"#;
    check(&Anthropic, &[ASKED, message], &[ASKED, expected], added);
    check(
        &Anthropic,
        &[ASKED, message, done],
        &[ASKED, expected, done],
        added,
    );
}

#[test]
fn a_complete_history_is_left_as_it_is() {
    unchanged(&Anthropic, &[]);
    let question = r#"{"role":"user","content":"Hi."}"#;
    unchanged(&Anthropic, &[question, ASKED, &stored(&[FOUND, LENT])]);
    unchanged(
        &Anthropic,
        &[question, ASKED, &stored(&[LENT, FOUND, TEXT])],
    );
    unchanged(
        &Anthropic,
        &[ASKED, &stored(&[LENT]), &stored(&[FOUND]), question],
    );
}

#[test]
fn without_a_message_of_the_user_there_is_a_new_one() {
    let both = user(&[FIND, LEND]);
    check(&Anthropic, &[ASKED], &[ASKED, &both], &BOTH);
    // What one side says in a row is one turn there.
    let more = r#"{"role":"assistant","content":"And so on."}"#;
    unchanged(&Anthropic, &[ASKED, more, &stored(&[FOUND, LENT])]);
    check(&Anthropic, &[ASKED, more], &[ASKED, &both, more], &BOTH);
    let text = r#"{"role":"user","content":"Go on."}"#;
    check(
        &Anthropic,
        &[ASKED, more, text],
        &[ASKED, &both, more, text],
        &BOTH,
    );
    let four = user(&[FIND, LEND, FIND, LEND]);
    let four_calls = [BOTH[0], BOTH[1], BOTH[0], BOTH[1]];
    check(
        &Anthropic,
        &[ASKED, ASKED, more],
        &[ASKED, ASKED, &four, more],
        &four_calls,
    );
    let question = r#"{"role":"user"}"#;
    check(
        &Anthropic,
        &[ASKED, question],
        &[ASKED, &both, question],
        &BOTH,
    );
}

#[test]
fn results_stand_first_in_the_message_that_is_there() {
    next(
        r#"{"role":"user","content":[]}"#,
        &user(&[FIND, LEND]),
        &BOTH,
    );
    next(
        &stored(&[TEXT]),
        &stored(&[&format!("{FIND},{LEND},{TEXT}")]),
        &BOTH,
    );
    next(
        &stored(&[FOUND, TEXT]),
        &stored(&[FOUND, &format!("{LEND},{TEXT}")]),
        &BOTH[1..],
    );
    next(
        &stored(&[FOUND]),
        &stored(&[&format!("{FOUND},{LEND}")]),
        &BOTH[1..],
    );
    next(
        &stored(&[LENT, TEXT]),
        &stored(&[&format!("{FIND},{LENT}"), TEXT]),
        &BOTH[..1],
    );
}

#[test]
fn a_text_alone_becomes_a_block() {
    next(
        r#"{"content":"Go \u006fn.", "role":"user"}"#,
        &format!(
            r#"{{"content":[{FIND},{LEND},{{"type":"text","text":"Go \u006fn."}}], "role":"user"}}"#
        ),
        &BOTH,
    );
}

#[test]
fn several_messages_of_results_are_read_as_one_and_the_first_gets_what_is_missing() {
    let asked = ASKED.replace("server_tool_use", "tool_use");
    let search = FIND.replace("\"a\"", "\"s\"").replace("find", "web_search");
    check(
        &Anthropic,
        &[&asked, &stored(&[FOUND]), &stored(&[LENT])],
        &[
            &asked,
            &stored(&[&format!("{FOUND},{search}")]),
            &stored(&[LENT]),
        ],
        &[("s", "web_search")],
    );
}

#[test]
fn calls_that_share_an_id_have_as_many_results() {
    let asked = ASKED.replace("\"id\":\"b\"", "\"id\":\"a\"");
    let lend = LEND.replace("\"b\"", "\"a\"");
    check(
        &Anthropic,
        &[&asked, &user(&[FOUND])],
        &[&asked, &user(&[FOUND, &lend])],
        &[("a", "lend")],
    );
}
