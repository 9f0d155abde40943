//! Characters that would hide, move or forge what is around them, and how they are written so that they are seen.

use std::fmt::Write as _;

/// How a character is written that is escaped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// `\u{1b}`, in what is read as text.
    Text,
    /// `\u001b`, in what is JSON: its value stays the same, since nothing that is escaped stands outside of a string.
    Json,
}

impl Form {
    pub(super) fn push(self, out: &mut String, character: char) {
        // Writing to a string does not fail.
        let _ = match (self, character) {
            // In JSON it is white space; as such it is a line's end for everybody.
            (Self::Json, '\r') => out.write_char('\n'),
            (Self::Text, _) => write!(out, "\\u{{{:x}}}", u32::from(character)),
            (Self::Json, _) => character
                .encode_utf16(&mut [0; 2])
                .iter()
                .try_for_each(|unit| write!(out, "\\u{unit:04x}")),
        };
    }
}

/// The character at a byte that begins one of those which are always escaped, if it is one of them.
pub(super) fn hidden(bytes: &[u8], at: usize) -> Option<char> {
    let next = |ahead: usize| bytes.get(at + ahead).copied().unwrap_or_default();
    match bytes[at] {
        b'\n' | b'\t' => None,
        b'\r' => (next(1) != b'\n').then_some('\r'),
        byte @ (..b' ' | 0x7f) => Some(char::from(byte)),
        // U+0080 to U+009F: control characters in one byte more.
        0xC2 => matches!(next(1), 0x80..=0x9F).then(|| char::from(next(1))),
        // Line and paragraph separators, and what embeds, overrides or isolates a direction.
        0xE2 => match (next(1), next(2)) {
            (0x80, last @ 0xA8..=0xAE) => char::from_u32(0x2000 + u32::from(last) - 0x80),
            (0x81, last @ 0xA6..=0xA9) => char::from_u32(0x2040 + u32::from(last) - 0x80),
            _ => None,
        },
        // U+E0000 to U+E007F: tags, which are ASCII that is not shown.
        0xF3 => match (next(1), next(2)) {
            (0xA0, page @ (0x80 | 0x81)) => char::from_u32(
                0xE0000 + (u32::from(page) - 0x80) * 0x40 + u32::from(next(3)) - 0x80,
            ),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_are_hidden_are_found_and_no_others() {
        for character in '\0'..=char::MAX {
            let is_hidden = match character {
                '\n' | '\t' => false,
                '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => true,
                '\u{E0000}'..='\u{E007F}' => true,
                other => other.is_control(),
            };
            let text = character.to_string();
            let expected = is_hidden.then_some(character);
            assert_eq!(hidden(text.as_bytes(), 0), expected, "{character:?}");
        }
        assert_eq!(hidden(b"\r\n", 0), None);
    }

    #[test]
    fn both_forms_are_seen() {
        let written = |form: Form, character| {
            let mut out = String::new();
            form.push(&mut out, character);
            out
        };
        assert_eq!(written(Form::Text, '\u{1b}'), r"\u{1b}");
        assert_eq!(written(Form::Json, '\u{1b}'), r"\u001b");
        assert_eq!(written(Form::Text, '\u{E0041}'), r"\u{e0041}");
        assert_eq!(written(Form::Json, '\u{E0041}'), r"\udb40\udc41");
        assert_eq!(written(Form::Json, '\r'), "\n");
    }
}
