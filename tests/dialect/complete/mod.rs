//! Is every call of a stored history answered, and is nothing else touched?

mod bedrock;
mod blocks;
mod forms;
mod gemini;
mod items;
mod messages;
mod random;
mod stored;

use tool_runtime::dialect::{Dialect, Message};

pub(crate) use forms::{FORMS, completed};

/// What the model reads of a call of `tool` that was interrupted.
fn interrupted(tool: &str) -> String {
    format!(
        "`{tool}` was interrupted, and its result is lost. It may have taken effect; check before repeating."
    )
}

/// Checks what becomes of a history, to the byte. `⟨name⟩` stands for what is told of an interrupted call of that tool, and
/// `added` are the ids and names of those.
#[track_caller]
fn check(dialect: &dyn Dialect, history: &[&str], expected: &[&str], added: &[(&str, &str)]) {
    let mut messages: Vec<Message> = history.iter().map(|json| json.parse().unwrap()).collect();
    let calls = dialect.complete(&mut messages);
    let calls: Vec<_> = calls.iter().map(|call| (call.id(), call.name())).collect();
    let texts: Vec<&str> = messages.iter().map(Message::as_str).collect();
    let expected: Vec<String> = expected.iter().map(|json| told(json)).collect();
    assert_eq!(texts, expected);
    assert_eq!(calls, added);
    assert_eq!(dialect.complete(&mut messages), [], "a second time");
}

#[track_caller]
fn unchanged(dialect: &dyn Dialect, history: &[&str]) {
    check(dialect, history, history, &[]);
}

fn told(json: &str) -> String {
    let mut parts = json.split('⟨');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once('⟩').unwrap();
        text += &interrupted(name);
        text += rest;
    }
    text
}
