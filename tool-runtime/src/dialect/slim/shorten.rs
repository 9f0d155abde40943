//! Descriptions made shorter.

use std::borrow::Cow;

/// The first sentence of a text, or of its first paragraph: up to a full stop with something else behind it that begins a sentence.
pub(super) fn first_sentence(text: &str) -> &str {
    let text = text.trim();
    let paragraph = text.split("\n\n").next().unwrap_or(text).trim_end();
    let mut before = "";
    for (at, c) in paragraph.char_indices() {
        let (done, rest) = paragraph.split_at(at + c.len_utf8());
        let ends = match c {
            '。' | '！' | '？' | '।' => true,
            '.' | '!' | '?' => begins_sentence(rest) && !(c == '.' && is_abbreviation(before)),
            _ => false,
        };
        if ends {
            return done;
        }
        before = done;
    }
    paragraph
}

/// Whether a text goes on with a new sentence: white space, and then no small letter.
fn begins_sentence(rest: &str) -> bool {
    let next = rest.trim_start();
    next.len() < rest.len() && next.chars().next().is_some_and(|c| !c.is_lowercase())
}

/// Whether the full stop behind this belongs to its last word: `e.g`, `U.S`, `No`, a single letter.
fn is_abbreviation(before: &str) -> bool {
    const KNOWN: [&str; 8] = ["approx", "ca", "cf", "etc", "incl", "no", "resp", "vs"];
    let is_word = |c: char| c.is_alphanumeric() || c == '.';
    let word = before.rsplit(|c| !is_word(c)).next().unwrap_or_default();
    let is_letter = word.chars().count() == 1 && word.chars().all(char::is_alphabetic);
    is_letter || word.contains('.') || KNOWN.contains(&word.to_lowercase().as_str())
}

/// At most so many characters of a text, the last of them an ellipsis where there is more, behind a word where there is one.
pub(super) fn at_word(text: &str, most: usize) -> Cow<'_, str> {
    if text.chars().nth(most).is_none() {
        return Cow::Borrowed(text);
    }
    let end = text
        .char_indices()
        .nth(most - 1)
        .map_or(text.len(), |(at, _)| at);
    let next = text[end..].chars().next();
    let cut = match next.is_some_and(char::is_whitespace) {
        true => &text[..end],
        false => text[..end]
            .rfind(char::is_whitespace)
            .map_or(&text[..end], |at| &text[..at]),
    };
    let cut = cut.trim_end_matches(|c: char| c.is_whitespace() || ",;:.(".contains(c));
    Cow::Owned(format!("{cut}…"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_sentence_ends_where_another_begins() {
        for (text, expected) in [
            ("Finds books. There are many.", "Finds books."),
            (
                "Finds books, e.g. Emma. There are many.",
                "Finds books, e.g. Emma.",
            ),
            ("Needs v1.2 or later. Else fails.", "Needs v1.2 or later."),
            (
                "Sizes etc. are in cm. Weight in g.",
                "Sizes etc. are in cm.",
            ),
            ("What is it? A thing.", "What is it?"),
            (
                "One paragraph\nin two lines\n\nAnother.",
                "One paragraph\nin two lines",
            ),
            ("本を探す。たくさんある。", "本を探す。"),
            ("No end", "No end"),
            ("  ", ""),
            ("Ends.", "Ends."),
            ("See `a.b`. `c` too.", "See `a.b`."),
        ] {
            assert_eq!(first_sentence(text), expected);
        }
    }

    #[test]
    fn a_text_is_cut_behind_a_word() {
        for (text, most, expected) in [
            ("Finds books", 11, "Finds books"),
            ("Finds books", 10, "Finds…"),
            ("Finds books", 6, "Finds…"),
            ("Finds, books", 7, "Finds…"),
            ("Unbreakable", 4, "Unb…"),
            ("本を探す", 3, "本を…"),
            ("ab", 1, "…"),
        ] {
            assert_eq!(at_word(text, most), expected, "{text} in {most}");
        }
    }
}
