//! How large arguments may be, held against their text before anything reads it.

use super::problem::{ArgumentErrors, ArgumentProblem};
use crate::json;
use crate::text::shortened;

/// What the text of a call's arguments may be at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ArgumentLimits {
    pub(crate) bytes: usize,
    /// How many objects and arrays stand inside of each other, the arguments themselves counted.
    pub(crate) depth: usize,
}

impl ArgumentLimits {
    /// The deepest that a policy takes: serde_json, which reads the arguments, goes no deeper. Whatever walks over arguments by
    /// calling itself is bounded by it too.
    pub(crate) const MAX_DEPTH: usize = 127;

    /// Refuses arguments in JSON that are over a limit. A text that is short enough is not looked at.
    pub(crate) fn check(self, text: &str) -> Result<(), ArgumentErrors> {
        self.check_text(text)?;
        match too_deep(text.as_bytes(), self.depth) {
            None => Ok(()),
            Some(at) => Err(ArgumentErrors::new(self.deeper(text, at))),
        }
    }

    /// Refuses arguments that are over a limit, though they are no JSON.
    pub(crate) fn check_text(self, text: &str) -> Result<(), ArgumentErrors> {
        if text.len() <= self.bytes {
            return Ok(());
        }
        Err(ArgumentErrors::new(ArgumentProblem::new(
            "",
            format!("arguments of at most {} bytes", self.bytes),
            format!("{} bytes; send less at a time", text.len()),
        )))
    }

    fn deeper(self, text: &str, at: usize) -> ArgumentProblem {
        // Behind a bracket it is the path of what that opens.
        let path = json::path_at(text, at + 1);
        let path = path.strip_prefix('.').unwrap_or(&path);
        ArgumentProblem::new(
            shortened(path, 64),
            format!("objects and arrays nested at most {} deep", self.depth),
            "a deeper one; send a flatter value",
        )
    }
}

/// Where the first bracket stands inside of `most` others.
fn too_deep(text: &[u8], most: usize) -> Option<usize> {
    // Nearly every text ends here.
    if text.len() <= most || opening(text) <= most {
        return None;
    }
    let (mut depth, mut at) = (0_usize, 0);
    while at < text.len() {
        match text[at] {
            b'"' => at = closing_quote(text, at),
            b'{' | b'[' if depth == most => return Some(at),
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        at += 1;
    }
    None
}

/// How many brackets open, those in strings too.
fn opening(text: &[u8]) -> usize {
    // As many bytes as a byte can count: the compiler then looks at sixteen with one instruction.
    let chunks = text.chunks(usize::from(u8::MAX));
    let count = |chunk: &[u8]| -> u8 { chunk.iter().map(|byte| u8::from(is_opening(*byte))).sum() };
    chunks.map(|chunk| usize::from(count(chunk))).sum()
}

/// `{` is `[` with one bit more.
fn is_opening(byte: u8) -> bool {
    byte | (b'{' ^ b'[') == b'{'
}

/// Where the string that begins at `at` ends.
fn closing_quote(text: &[u8], mut at: usize) -> usize {
    at += 1;
    while at < text.len() && text[at] != b'"' {
        at += 1 + usize::from(text[at] == b'\\');
    }
    at
}

#[cfg(test)]
mod tests {
    use super::{is_opening, too_deep};

    #[test]
    fn brackets_count_where_they_nest() {
        let check = |text: &str, most, expected| {
            assert_eq!(too_deep(text.as_bytes(), most), expected, "{text}");
        };
        check("", 1, None);
        check(r#"{"a":[[]]}"#, 3, None);
        check(r#"{"a":[[]]}"#, 2, Some(6));
        check(r#"{"a":[],"b":[],"c":{}}"#, 2, None);
        check(r#"{"a[[[":"[[[{","b":"\"[[\\"}"#, 1, None);
        check(r#"{"a":"\\"}[{[["#, 3, Some(13));
        check("]]]][[", 1, Some(5));
        check("[\"[[[", 1, None);
        check(&"[".repeat(1000), 127, Some(127));
        check(&"[]".repeat(1000), 1, None);
        let opening: Vec<u8> = (0..=255).filter(|byte| is_opening(*byte)).collect();
        assert_eq!(opening, b"[{");
    }
}
