//! Small pieces of text for messages.

/// `text`, or its beginning and an ellipsis if it has more than `limit` characters.
pub(super) fn shortened(text: &str, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// The same of what a server says in a sentence of ours: one line, without a full stop.
pub(super) fn quoted(text: &str, limit: usize) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let line = shortened(&words.join(" "), limit);
    line.trim_end_matches('.').to_owned()
}
