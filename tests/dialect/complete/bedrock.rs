//! Bedrock Converse: a block for each result, first in the user's message after the calls.

use tool_runtime::dialect::Bedrock;

use super::{check, unchanged};

const ASKED: &str = r#"{"role":"assistant","content":[{"reasoningContent":{"reasoningText":{"text":"Two…","signature":"s=="}}},{"toolUse":{"toolUseId":"a","name":"find","input":{"id":7.0}}},{"toolUse":{"toolUseId":"s","name":"search","input":{},"type":"server_tool_use"}},{"toolUse":{"toolUseId":"b","name":"lend","input":{}}}]}"#;
const FOUND: &str = r#"{"toolResult":{"toolUseId":"a","content":[{"text":"Emma"}]}}"#;
const LENT: &str = r#"{"toolResult":{"toolUseId":"b","content":[{"text":"Done."}]}}"#;
const FIND: &str =
    r#"{"toolResult":{"toolUseId":"a","content":[{"text":"⟨find⟩"}],"status":"error"}}"#;
const LEND: &str =
    r#"{"toolResult":{"toolUseId":"b","content":[{"text":"⟨lend⟩"}],"status":"error"}}"#;
const TEXT: &str = r#"{"text":"Go on."}"#;

fn user(blocks: &[&str]) -> String {
    format!(r#"{{"role":"user","content":[{}]}}"#, blocks.join(","))
}

#[test]
fn a_complete_history_is_left_as_it_is() {
    unchanged(&Bedrock, &[ASKED, &user(&[FOUND, LENT])]);
    unchanged(
        &Bedrock,
        &[
            &user(&[TEXT]),
            ASKED,
            &user(&[LENT, FOUND, TEXT]),
            ASKED,
            &user(&[FOUND, LENT]),
        ],
    );
}

#[test]
fn each_call_without_a_result_gets_one_in_the_next_message_of_the_user() {
    let both = [("a", "find"), ("b", "lend")];
    check(&Bedrock, &[ASKED], &[ASKED, &user(&[FIND, LEND])], &both);
    check(
        &Bedrock,
        &[ASKED, &user(&[TEXT]), ASKED, &user(&[LENT])],
        &[
            ASKED,
            &user(&[FIND, LEND, TEXT]),
            ASKED,
            &user(&[FIND, LENT]),
        ],
        &[both[0], both[1], both[0]],
    );
}
