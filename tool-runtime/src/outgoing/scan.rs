//! One pass over a text for credentials and for what is escaped: a byte at which neither is found costs one look into a table.

use std::borrow::Cow;

use super::credentials;
use super::escape::{Form, hidden};
use super::frame;
use super::redaction::REDACTED;

/// A credential may be found at such a byte.
const CREDENTIAL: u8 = 1;
/// Such a byte may begin a character that is escaped, or a mark whose first character is.
const ESCAPE: u8 = 2;
/// Such a byte may begin a line that says whose turn it is; in JSON there are no lines.
const ROLE: u8 = 4;

const KINDS: [u8; 256] = {
    let mut kinds = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        if credentials::is_looked_at(byte as u8) {
            kinds[byte] |= CREDENTIAL;
        }
        if (byte < 0x20 && byte != 0x09 && byte != 0x0A)
            || matches!(byte, 0x3C | 0x5B | 0x7F | 0xC2 | 0xE2 | 0xF3)
        {
            kinds[byte] |= ESCAPE;
        }
        if matches!(byte as u8, b'A' | b'H') {
            kinds[byte] |= ROLE;
        }
        byte += 1;
    }
    kinds
};

/// What is looked for.
fn kinds(redact: bool, form: Option<Form>) -> u8 {
    let escape = match form {
        None => 0,
        Some(Form::Json) => ESCAPE,
        Some(Form::Text) => ESCAPE | ROLE,
    };
    escape | if redact { CREDENTIAL } else { 0 }
}

/// The next byte from this one on that is wanted. Where eight in a row are not they are passed over at once, which most texts are.
#[inline]
fn next(bytes: &[u8], mut at: usize, wanted: u8) -> Option<usize> {
    let kind = |byte: &u8| KINDS[usize::from(*byte)];
    while let Some(chunk) = bytes[at..].first_chunk::<8>()
        && chunk.iter().fold(0, |kinds, byte| kinds | kind(byte)) & wanted == 0
    {
        at += 8;
    }
    let ahead = bytes[at..]
        .iter()
        .position(|byte| kind(byte) & wanted != 0)?;
    Some(at + ahead)
}

/// The text without credentials if `redact` says so, and with what is escaped in this form; itself, if it has nothing of either.
pub(super) fn scan(text: &str, redact: bool, form: Option<Form>) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let wanted = kinds(redact, form);
    let (mut out, mut copied, mut at) = (String::new(), 0, 0);
    while let Some(next) = next(bytes, at, wanted) {
        at = next;
        let kind = KINDS[usize::from(bytes[at])] & wanted;
        if kind & CREDENTIAL != 0
            && let Some((from, to)) = credentials::found(bytes, at, copied)
        {
            out.push_str(&text[copied..from]);
            out.push_str(REDACTED);
            (copied, at) = (to, to);
        } else if kind & !CREDENTIAL != 0
            && let Some((character, form)) = escaped(bytes, at).zip(form)
        {
            out.push_str(&text[copied..at]);
            form.push(&mut out, character);
            at += character.len_utf8();
            copied = at;
        } else {
            at += 1;
        }
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(&text[copied..]);
    Cow::Owned(out)
}

/// The character at this byte if it is escaped: because of what it is, or because of what it begins.
fn escaped(bytes: &[u8], at: usize) -> Option<char> {
    let is_mark = match bytes[at] {
        b'<' | b'[' => frame::begins(bytes, at),
        b'A' | b'H' => frame::is_role(bytes, at),
        _ => return hidden(bytes, at),
    };
    is_mark.then(|| char::from(bytes[at]))
}

/// As much of the beginning of a text as is no longer than `most` once it is escaped, and that; nothing is cut in the middle of
/// what was escaped.
pub(super) fn prefix(text: &str, form: Option<Form>, most: usize) -> String {
    let bytes = text.as_bytes();
    let wanted = kinds(false, form);
    let (mut out, mut copied, mut at) = (String::new(), 0, 0);
    while at < bytes.len() && out.len() + (at - copied) <= most {
        let is_kind = KINDS[usize::from(bytes[at])] & wanted != 0;
        let Some((character, form)) = is_kind.then(|| escaped(bytes, at)).flatten().zip(form)
        else {
            at += 1;
            continue;
        };
        out.push_str(&text[copied..at]);
        let before = out.len();
        form.push(&mut out, character);
        if out.len() > most {
            out.truncate(before);
            return out;
        }
        at += character.len_utf8();
        copied = at;
    }
    let room = most - out.len();
    let end = floor(text, (copied + room).min(at));
    out.push_str(&text[copied..end]);
    out
}

/// The same of its end.
pub(super) fn suffix(text: &str, form: Option<Form>, most: usize) -> Cow<'_, str> {
    let mut rest = &text[ceil(text, text.len().saturating_sub(most))..];
    loop {
        let escaped = scan(rest, false, form);
        let excess = escaped.len().saturating_sub(most);
        if excess == 0 {
            return escaped;
        }
        // Each byte is at least one of what is escaped, so this ends.
        rest = &rest[ceil(rest, excess)..];
    }
}

/// The last place between two characters up to this one.
pub(super) fn floor(text: &str, at: usize) -> usize {
    let mut places = (0..=at.min(text.len())).rev();
    places.find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

/// The first from this one on.
pub(super) fn ceil(text: &str, at: usize) -> usize {
    (at..text.len())
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(text.len())
}
