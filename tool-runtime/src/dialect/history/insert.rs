//! Puts results into a history, and leaves the text of everything else as it is.

use std::ops::Range;

use super::blocks::Blocks;
use super::{Inserted, Turn};
use crate::dialect::Message;
use crate::json::Cursor;

/// Puts results that are messages of their own among those of the turn.
pub(in crate::dialect) fn messages(history: &mut Vec<Message>, turn: &Turn, results: &[Inserted]) {
    // From behind, so that the places before hold.
    for result in results.iter().rev() {
        let at = (turn.asked + result.before).min(turn.answered);
        history.insert(at, Message::new(result.json.clone()));
    }
}

/// Puts results that are blocks into the message of the turn's results, or into one of their own if there is none.
pub(super) fn blocks(form: &Blocks, history: &mut Vec<Message>, turn: &Turn, results: &[Inserted]) {
    let there = history[turn.asked..turn.answered].first();
    match there.and_then(|message| with(form, message.as_str(), results)) {
        Some(message) => history[turn.asked] = Message::new(message),
        None => {
            let (key, blocks) = (form.key, joined(results));
            let message = format!("{{\"role\":\"user\",\"{key}\":[{blocks}]}}");
            history.insert(turn.asked, Message::new(message));
        }
    }
}

/// `message` with the results among its blocks; `None` if it is no place for them.
fn with(form: &Blocks, message: &str, results: &[Inserted]) -> Option<String> {
    let place = place(message, form.key)?;
    let content = &message[place.clone()];
    let content = if form.is_shared && content.starts_with('"') {
        // A text alone is short for one block of text.
        let blocks = joined(results);
        format!("[{blocks},{{\"type\":\"text\",\"text\":{content}}}]")
    } else {
        listed(form, content, results)?
    };
    Some(format!(
        "{}{content}{}",
        &message[..place.start],
        &message[place.end..]
    ))
}

/// `content`, an array, with the results before all that is none.
fn listed(form: &Blocks, content: &str, results: &[Inserted]) -> Option<String> {
    let elements = elements(content)?;
    let is_result = |place: &Range<usize>| form.is_result(&content[place.clone()]);
    let leading = elements.iter().take_while(|place| is_result(place)).count();
    if leading == 0 && !form.is_shared {
        return None;
    }
    let Some(last) = elements.last() else {
        return Some(format!("[{}]", joined(results)));
    };
    let mut content = content.to_owned();
    // From behind, so that the places before hold.
    for result in results.iter().rev() {
        let json = &result.json;
        match elements.get(result.before.min(leading)) {
            Some(next) => content.insert_str(next.start, &format!("{json},")),
            None => content.insert_str(last.end, &format!(",{json}")),
        }
    }
    Some(content)
}

fn joined(results: &[Inserted]) -> String {
    let blocks: Vec<&str> = results.iter().map(|result| &*result.json).collect();
    blocks.join(",")
}

/// Where the value of `key` stands in an object.
fn place(object: &str, key: &str) -> Option<Range<usize>> {
    let mut cursor = Cursor::object(object)?;
    let mut found = None;
    while cursor.advance().ok()? {
        let is_it = cursor.key().ok()? == key;
        let start = cursor.at();
        cursor.value().ok()?;
        if is_it {
            found = Some(start..cursor.at());
        }
    }
    found
}

/// Where the elements of an array stand.
fn elements(array: &str) -> Option<Vec<Range<usize>>> {
    let mut cursor = Cursor::array(array)?;
    let mut places = Vec::new();
    while cursor.advance().ok()? {
        let start = cursor.at();
        cursor.value().ok()?;
        places.push(start..cursor.at());
    }
    Some(places)
}
