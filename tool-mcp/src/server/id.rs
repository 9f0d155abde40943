//! The id of a request that cannot be read: who made it waits for an answer under that id.

use rmcp::model::RequestId;

/// The id in the text of a request of which only the beginning and the end may be there, and which may be no JSON.
pub(super) fn of(head: &[u8], tail: &[u8]) -> Option<RequestId> {
    at_the_beginning(head).or_else(|| at_the_end(tail))
}

/// The member `id` of the outermost object.
fn at_the_beginning(text: &[u8]) -> Option<RequestId> {
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        match byte {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.checked_sub(1)?,
            b'"' => {
                let end = end_of_string(text, at)?;
                if depth == 1
                    && &text[at..=end] == br#""id""#
                    && let Some(value) = after_colon(&text[end + 1..])
                {
                    return read(value);
                }
                at = end;
            }
            _ => {}
        }
        at += 1;
    }
    None
}

/// The member `id`, if it is the last before the brace that ends the text: a quote before it would be escaped within a text.
fn at_the_end(text: &[u8]) -> Option<RequestId> {
    let text = text.trim_ascii_end().strip_suffix(b"}")?;
    let name = br#""id""#;
    let at = text.windows(name.len()).rposition(|part| part == name)?;
    let value = after_colon(&text[at + name.len()..])?;
    let is_whole = match value.first()? {
        b'"' => end_of_string(value, 0)? + 1 == value.trim_ascii_end().len(),
        _ => value
            .trim_ascii_end()
            .iter()
            .all(|byte| byte.is_ascii_digit() || *byte == b'-'),
    };
    is_whole.then(|| read(value)).flatten()
}

fn after_colon(text: &[u8]) -> Option<&[u8]> {
    Some(
        text.trim_ascii_start()
            .strip_prefix(b":")?
            .trim_ascii_start(),
    )
}

/// Where the string ends that begins at `start`.
fn end_of_string(text: &[u8], start: usize) -> Option<usize> {
    let mut at = start + 1;
    loop {
        match text.get(at)? {
            b'\\' => at += 2,
            b'"' => return Some(at),
            _ => at += 1,
        }
    }
}

/// The number or the string at the beginning.
fn read(text: &[u8]) -> Option<RequestId> {
    if text.first() == Some(&b'"') {
        let end = end_of_string(text, 0)?;
        let id: String = serde_json::from_slice(&text[..=end]).ok()?;
        return Some(RequestId::String(id.into()));
    }
    let is_number = |byte: &u8| byte.is_ascii_digit() || *byte == b'-';
    let end = text.iter().position(|byte| !is_number(byte));
    let digits = std::str::from_utf8(&text[..end.unwrap_or(text.len())]).ok()?;
    match text.get(digits.len()) {
        Some(b'.' | b'e' | b'E') => None,
        _ => digits.parse().ok().map(RequestId::Number),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<RequestId>) {
        assert_eq!(of(text.as_bytes(), b""), expected, "{text}");
    }

    #[test]
    fn an_id_is_found_in_what_is_no_json() {
        let number = Some(RequestId::Number(7));
        check(r#"{"id": 7, "params": {"a": NaN}}"#, number.clone());
        check(r#"{"params": {"id": 8, "a": NaN}, "id": 7}"#, number);
        let text = Some(RequestId::String("a\"b".into()));
        check(r#"{"params": ["\"id\": 8", {], "id": "a\"b"}"#, None);
        check(r#"{"params": ["\"id\": 8"], x, "id": "a\"b"}"#, text);
        check(r#"{"method": "id", "params": {"id": 8}}"#, None);
        check(r#"{"id": 7.5}"#, None);
        check(r#"{"id": null}"#, None);
        check("garbage", None);
    }

    #[test]
    fn an_id_is_found_at_the_end_only_where_it_is_the_requests() {
        let of_tail = |tail: &str| of(b"", tail.as_bytes());
        assert_eq!(of_tail(r#"aaa"}},"id":7}"#), Some(RequestId::Number(7)));
        assert_eq!(
            of_tail(r#"aaa"}}, "id" : "x" } "#),
            Some(RequestId::String("x".into()))
        );
        assert_eq!(of_tail(r#"aaa","id":7}}}"#), None);
        assert_eq!(of_tail(r#""id":7},"method":"tools/call"}"#), None);
        // Within a text, whose quotes are escaped.
        assert_eq!(of_tail(r#"\"id\":7}"}"#), None);
    }
}
