//! Gemini: a part for each result, in a content that has nothing else.

use tool_runtime::dialect::Gemini;

use super::{check, unchanged};

const WITH_IDS: &str = r#"{"parts":[{"text":"Two.","thought":true},{"functionCall":{"id":"a","name":"find","args":{"id":7}},"thoughtSignature":"CiQ="},{"functionCall":{"id":"b","name":"lend"}}],"role":"model"}"#;
const WITHOUT: &str = r#"{"role":"model","parts":[{"functionCall":{"name":"find","args":{}}},{"functionCall":{"name":"lend","args":{}}},{"functionCall":{"name":"find","args":{}}}]}"#;
const TEXT: &str = r#"{"role":"user","parts":[{"text":"Go on."}]}"#;

fn user(parts: &[&str]) -> String {
    format!(r#"{{"role":"user","parts":[{}]}}"#, parts.join(","))
}

fn result(id: &str, name: &str, response: &str) -> String {
    let id = match id {
        "" => String::new(),
        id => format!(r#""id":"{id}","#),
    };
    format!(r#"{{"functionResponse":{{{id}"name":"{name}","response":{response}}}}}"#)
}

#[test]
fn a_call_with_an_id_is_answered_under_it() {
    let find = result("a", "find", r#"{"error":"⟨find⟩"}"#);
    let lend = result("b", "lend", r#"{"error":"⟨lend⟩"}"#);
    let lent = result("b", "lend", r#"{"output":1.50}"#);
    let both = [("a", "find"), ("b", "lend")];
    check(
        &Gemini,
        &[WITH_IDS],
        &[WITH_IDS, &user(&[&find, &lend])],
        &both,
    );
    check(
        &Gemini,
        &[WITH_IDS, &user(&[&lent]), TEXT],
        &[WITH_IDS, &user(&[&find, &lent]), TEXT],
        &both[..1],
    );
    unchanged(
        &Gemini,
        &[WITH_IDS, &user(&[&lent, &result("a", "find", "{}")])],
    );
}

#[test]
fn what_else_the_user_says_stays_in_a_content_of_its_own() {
    let both = user(&[
        &result("a", "find", r#"{"error":"⟨find⟩"}"#),
        &result("b", "lend", r#"{"error":"⟨lend⟩"}"#),
    ]);
    let added = [("a", "find"), ("b", "lend")];
    check(&Gemini, &[WITH_IDS, TEXT], &[WITH_IDS, &both, TEXT], &added);
    // No role is the user's.
    let text = r#"{"parts":[{"text":"Go on."}]}"#;
    check(&Gemini, &[WITH_IDS, text], &[WITH_IDS, &both, text], &added);
}

#[test]
fn without_ids_names_and_order_tell() {
    let find = result("", "find", r#"{"error":"⟨find⟩"}"#);
    let lend = result("", "lend", r#"{"error":"⟨lend⟩"}"#);
    let found = result("", "find", r#"{"output":"Emma"}"#);
    let lent = result("", "lend", r#"{"output":"Done."}"#);
    check(
        &Gemini,
        &[WITHOUT],
        &[WITHOUT, &user(&[&find, &lend, &find])],
        &[("", "find"), ("", "lend"), ("", "find")],
    );
    check(
        &Gemini,
        &[WITHOUT, &user(&[&lent])],
        &[WITHOUT, &user(&[&find, &lent, &find])],
        &[("", "find"), ("", "find")],
    );
    check(
        &Gemini,
        &[WITHOUT, &user(&[&found, &found])],
        &[WITHOUT, &user(&[&found, &lend, &found])],
        &[("", "lend")],
    );
    unchanged(&Gemini, &[WITHOUT, &user(&[&found, &lent, &found])]);
    let older = user(&[&found, &lent, &found]).replace("\"user\"", "\"function\"");
    unchanged(&Gemini, &[WITHOUT, &older]);
}
