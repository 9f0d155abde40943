//! Credentials by their shapes, found in one pass: a byte that begins none costs one look into a table.

use std::borrow::Cow;

use super::REDACTED;

/// What begins a credential, and how far it goes from there.
struct Shape {
    /// What it begins with.
    prefix: &'static str,
    /// What of it stays: that many bytes of the prefix.
    keep: usize,
    /// The characters that go on.
    body: fn(u8) -> bool,
    /// How many of them there are at least.
    least: usize,
    /// Whether the case of the prefix is of no matter.
    any_case: bool,
}

const fn token(prefix: &'static str, least: usize) -> Shape {
    Shape {
        prefix,
        keep: 0,
        body: is_token,
        least,
        any_case: false,
    }
}

const fn header(prefix: &'static str) -> Shape {
    Shape {
        prefix,
        keep: prefix.len(),
        body: is_base64,
        least: 8,
        any_case: true,
    }
}

/// The formats as the services document them, with fewer characters than any of their keys has.
const SHAPES: [Shape; 24] = [
    header("Bearer "),
    header("Basic "),
    token("sk-", 16),
    token("sk_live_", 10),
    token("sk_test_", 10),
    token("rk_live_", 10),
    token("pk_live_", 10),
    token("whsec_", 16),
    token("AKIA", 16),
    token("ASIA", 16),
    token("AIza", 30),
    token("ya29.", 16),
    token("ghp_", 20),
    token("gho_", 20),
    token("ghu_", 20),
    token("ghs_", 20),
    token("github_pat_", 20),
    token("glpat-", 16),
    token("xoxb-", 10),
    token("xoxp-", 10),
    token("xapp-", 10),
    token("npm_", 30),
    token("hf_", 30),
    token("SG.", 30),
];

fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'~' | b'+' | b'/' | b'=')
}

/// The bytes with which something may begin.
const BEGINS: [bool; 256] = {
    let mut begins = [false; 256];
    let mut index = 0;
    while index < SHAPES.len() {
        let first = SHAPES[index].prefix.as_bytes()[0];
        begins[first as usize] = true;
        if SHAPES[index].any_case {
            begins[first.to_ascii_lowercase() as usize] = true;
        }
        index += 1;
    }
    begins[b':' as usize] = true;
    begins[b'e' as usize] = true;
    begins[b'-' as usize] = true;
    begins
};

/// The text without credentials; itself, if it has none.
pub(super) fn apply(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let (mut redacted, mut copied, mut at) = (String::new(), 0, 0);
    while at < bytes.len() {
        if !BEGINS[bytes[at] as usize] {
            at += 1;
            continue;
        }
        match found(bytes, at) {
            Some((from, to)) => {
                redacted.push_str(&text[copied..from]);
                redacted.push_str(REDACTED);
                (copied, at) = (to, to);
            }
            None => at += 1,
        }
    }
    if copied == 0 && redacted.is_empty() {
        return Cow::Borrowed(text);
    }
    redacted.push_str(&text[copied..]);
    Cow::Owned(redacted)
}

/// What is to be taken out where something may begin: from a byte to another, both of them ASCII's or at its edge.
fn found(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    match bytes[at] {
        b':' => user_info(bytes, at),
        b'-' => private_key(bytes, at),
        b'e' => json_web_token(bytes, at).or_else(|| shaped(bytes, at)),
        _ => shaped(bytes, at),
    }
}

fn shaped(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    // Within a word nothing begins: `task-force` has no key in it.
    if at > 0 && (bytes[at - 1].is_ascii_alphanumeric() || bytes[at - 1] == b'_') {
        return None;
    }
    let first = bytes[at].to_ascii_lowercase();
    let begins = |shape: &&Shape| shape.prefix.as_bytes()[0].to_ascii_lowercase() == first;
    SHAPES.iter().filter(begins).find_map(|shape| {
        let prefix = bytes.get(at..at + shape.prefix.len())?;
        let begins = match shape.any_case {
            true => prefix.eq_ignore_ascii_case(shape.prefix.as_bytes()),
            false => prefix == shape.prefix.as_bytes(),
        };
        let from = at + shape.prefix.len();
        let length = begins.then(|| run(&bytes[from..], shape.body))?;
        // What ends a sentence is not the key's.
        let length = length - trailing(&bytes[from..from + length]);
        let is_word = shape.any_case && is_word(&bytes[from..from + length]);
        (length >= shape.least && !is_word).then_some((at + shape.keep, from + length))
    })
}

/// Whether it may be a word of a language behind `bearer` or `basic`, which no token looks like.
fn is_word(bytes: &[u8]) -> bool {
    let mut rest = bytes.iter().skip(1);
    rest.all(|byte| byte.is_ascii_lowercase() || *byte == b'-')
}

/// How many bytes at the beginning are such.
fn run(bytes: &[u8], is_such: fn(u8) -> bool) -> usize {
    bytes
        .iter()
        .position(|byte| !is_such(*byte))
        .unwrap_or(bytes.len())
}

fn trailing(bytes: &[u8]) -> usize {
    bytes.iter().rev().take_while(|byte| **byte == b'.').count()
}

/// `://user:password@`, where it is before any `/`.
fn user_info(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    let from = at + 3;
    if bytes.get(at..from)? != b"://" {
        return None;
    }
    let is_authority = |byte: u8| {
        byte > b' ' && !matches!(byte, b'/' | b'?' | b'#' | b'"' | b'\\' | b'<' | b'>' | 0x7f)
    };
    let authority = &bytes[from..from + run(&bytes[from..], is_authority)];
    let end = authority.iter().rposition(|byte| *byte == b'@')?;
    let info = &authority[..end];
    // A name alone is no secret; a password, also one without a name, is.
    let colon = info.iter().position(|byte| *byte == b':')?;
    (colon + 1 < info.len()).then_some((from, from + end))
}

/// `eyJ….eyJ….…`: a header and a payload that are objects, in base64.
fn json_web_token(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    if at > 0 && is_token(bytes[at - 1]) || !bytes[at..].starts_with(b"eyJ") {
        return None;
    }
    let token = &bytes[at..at + run(&bytes[at..], is_token)];
    let mut parts = token.split(|byte| *byte == b'.');
    let [header, payload, signature] = [parts.next()?, parts.next()?, parts.next()?];
    let is_one = header.len() > 8 && payload.starts_with(b"eyJ") && !signature.is_empty();
    is_one.then_some((at, at + token.len() - trailing(token)))
}

/// A private key in PEM, with or without its end.
fn private_key(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    let rest = &bytes[at..];
    let head = rest.get(..64.min(rest.len()))?;
    if !head.starts_with(b"-----BEGIN ") {
        return None;
    }
    find(head, b"PRIVATE KEY-----")?;
    let last = find(rest, b"-----END ");
    let end = last.and_then(|last| Some(last + 9 + find(&rest[last + 9..], b"-----")? + 5));
    // One without its end goes on to that of the text, or of the string that it stands in.
    let quote = rest.iter().position(|byte| *byte == b'"');
    Some((at, at + end.or(quote).unwrap_or(rest.len())))
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes
        .windows(wanted.len())
        .position(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    use super::apply;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(apply(text), expected);
        // Also as what is written as JSON.
        let json = serde_json::to_string(text).unwrap();
        let told: String = serde_json::from_str(&apply(&json)).unwrap();
        assert_eq!(told, expected);
    }

    #[test]
    fn user_and_password_of_a_url_go() {
        check(
            "postgres://ada:p@ss@db:5432/shop?x=1",
            "postgres://[redacted]@db:5432/shop?x=1",
        );
        check("redis://:secret@cache", "redis://[redacted]@cache");
        check(
            "see https://a:b@c.d, twice: https://a:b@c.d",
            "see https://[redacted]@c.d, twice: https://[redacted]@c.d",
        );
        for harmless in [
            "https://example.com/a:b@c",
            "https://ada@example.com",
            "ssh://git@github.com/a/b",
            "mailto:ada@example.com",
            "https://example.com:8080/",
            "a :// b:c@d",
            "://",
            "https://a:@b",
        ] {
            check(harmless, harmless);
        }
    }

    #[test]
    fn tokens_go() {
        check(
            "Authorization: Bearer abc.DEF-123_~+/=",
            "Authorization: Bearer [redacted]",
        );
        check(
            "authorization: bearer 0123456789",
            "authorization: bearer [redacted]",
        );
        check("Basic dXNlcjpwYXNz was sent.", "Basic [redacted] was sent.");
        check(
            "the key sk-proj-0123456789abcdef_XY.",
            "the key [redacted].",
        );
        check("(AKIAIOSFODNN7EXAMPLE)", "([redacted])");
        check("ghp_0123456789abcdefghijABCDEFGHIJ012345", "[redacted]");
        check(
            "xoxb-1234567890-abc and xoxp-1234567890",
            "[redacted] and [redacted]",
        );
        check(
            "token=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-_123.",
            "token=[redacted].",
        );
        for harmless in [
            "Bearer of news",
            "the bearer instrument",
            "Basic skills",
            "task-forces are on the risk-register-of-2026-and-beyond",
            "sk-short",
            "AKIA",
            "eyJ is how it begins: eyJhbGciOiJIUzI1NiJ9.x",
            "ghp_short",
            "",
            "é😀",
        ] {
            check(harmless, harmless);
        }
    }

    #[test]
    fn private_keys_go() {
        let key = "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----";
        check(&format!("a {key} b"), "a [redacted] b");
        check("-----BEGIN PRIVATE KEY-----\nMIIE", "[redacted]");
        let public = "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----";
        check(public, public);
    }
}
