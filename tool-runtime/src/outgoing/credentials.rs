//! Credentials by their shapes. Who looks for them goes over a text once ([`scan`](super::scan)).

/// What begins a credential, and how far it goes from there.
struct Shape {
    /// What it begins with.
    prefix: &'static str,
    /// Where in that the byte is at which it is found.
    offset: usize,
    /// What of it stays: that many bytes of the prefix.
    keep: usize,
    /// The characters that go on.
    body: fn(u8) -> bool,
    /// How many of them there are at least.
    least: usize,
    /// Whether the case of the prefix is of no matter.
    any_case: bool,
}

/// A token that is found at the first such byte.
const fn token(byte: u8, prefix: &'static str, least: usize) -> Shape {
    let mut offset = 0;
    while prefix.as_bytes()[offset] != byte {
        offset += 1;
    }
    Shape {
        prefix,
        offset,
        keep: 0,
        body: is_token,
        least,
        any_case: false,
    }
}

const fn header(prefix: &'static str) -> Shape {
    Shape {
        prefix,
        offset: 0,
        keep: prefix.len(),
        body: is_base64,
        least: 8,
        any_case: true,
    }
}

/// The formats as the services document them, with fewer characters than any of their keys has; by the byte at which each is looked
/// for, the rarest that it always has and not its first, so that ordinary text has few of them.
const DASH: [Shape; 5] = [
    token(b'-', "sk-", 16),
    token(b'-', "glpat-", 16),
    token(b'-', "xoxb-", 10),
    token(b'-', "xoxp-", 10),
    token(b'-', "xapp-", 10),
];
const UNDERSCORE: [Shape; 12] = [
    token(b'_', "sk_live_", 10),
    token(b'_', "sk_test_", 10),
    token(b'_', "rk_live_", 10),
    token(b'_', "pk_live_", 10),
    token(b'_', "whsec_", 16),
    token(b'_', "ghp_", 20),
    token(b'_', "gho_", 20),
    token(b'_', "ghu_", 20),
    token(b'_', "ghs_", 20),
    token(b'_', "github_pat_", 20),
    token(b'_', "npm_", 30),
    token(b'_', "hf_", 30),
];
const UPPER_A: [Shape; 3] = [
    token(b'A', "AKIA", 16),
    token(b'A', "ASIA", 16),
    token(b'A', "AIza", 30),
];
const LOWER_Y: [Shape; 1] = [token(b'y', "ya29.", 16)];
const UPPER_S: [Shape; 1] = [token(b'S', "SG.", 30)];
const ANY_B: [Shape; 2] = [header("Bearer "), header("Basic ")];

/// The bytes that stand before the one at which these are found.
const fn befores(shapes: &[Shape]) -> [bool; 256] {
    let mut befores = [false; 256];
    let mut index = 0;
    while index < shapes.len() {
        let Shape { prefix, offset, .. } = &shapes[index];
        befores[prefix.as_bytes()[*offset - 1] as usize] = true;
        index += 1;
    }
    befores
}

const BEFORE_DASH: [bool; 256] = befores(&DASH);
const BEFORE_UNDERSCORE: [bool; 256] = befores(&UNDERSCORE);

fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'~' | b'+' | b'/' | b'=')
}

/// Whether a credential may be found at such a byte.
pub(super) const fn is_looked_at(byte: u8) -> bool {
    matches!(
        byte,
        b':' | b'-' | b'_' | b'A' | b'B' | b'J' | b'S' | b'b' | b'y'
    )
}

/// What is to be taken out if there is a credential at this byte: from a byte to another, both of them ASCII's or at its edge. It may
/// begin before the byte, with which it was found, but not before `from`.
#[inline]
pub(super) fn found(bytes: &[u8], at: usize, from: usize) -> Option<(usize, usize)> {
    let before = at.checked_sub(1).map(|before| bytes[before]);
    let is_before = |befores: &[bool; 256]| before.is_some_and(|byte| befores[usize::from(byte)]);
    // What nearly all that is none differs in.
    let may_be = match bytes[at] {
        b':' => bytes.get(at + 1) == Some(&b'/'),
        b'-' => is_before(&BEFORE_DASH) || bytes.get(at + 1) == Some(&b'-'),
        b'_' => is_before(&BEFORE_UNDERSCORE),
        b'J' => before == Some(b'y'),
        // The others begin with this byte, and within a word nothing begins.
        _ => !before.is_some_and(is_of_word),
    };
    match may_be {
        true => found_there(bytes, at, from),
        false => None,
    }
}

fn found_there(bytes: &[u8], at: usize, from: usize) -> Option<(usize, usize)> {
    match bytes[at] {
        b':' => user_info(bytes, at),
        b'-' if bytes.get(at + 1) == Some(&b'-') => {
            private_key(bytes, at).or_else(|| shaped(&DASH, bytes, at, from))
        }
        b'-' => shaped(&DASH, bytes, at, from),
        b'_' => shaped(&UNDERSCORE, bytes, at, from),
        b'J' => {
            let begin = at.checked_sub(2).filter(|begin| *begin >= from)?;
            json_web_token(bytes, begin)
        }
        b'A' => shaped(&UPPER_A, bytes, at, from),
        b'S' => shaped(&UPPER_S, bytes, at, from),
        b'y' => shaped(&LOWER_Y, bytes, at, from),
        _ => shaped(&ANY_B, bytes, at, from),
    }
}

/// A credential of one of these shapes of which the byte at `at` is the first of its kind.
fn shaped(shapes: &[Shape], bytes: &[u8], at: usize, from: usize) -> Option<(usize, usize)> {
    shapes.iter().find_map(|shape| {
        let prefix = shape.prefix.as_bytes();
        let begin = at
            .checked_sub(shape.offset)
            .filter(|begin| *begin >= from)?;
        if shape.offset > 0 && bytes[at - 1] != prefix[shape.offset - 1] {
            return None;
        }
        // Within a word nothing begins: `task-force` has no key in it.
        if begin > 0 && is_of_word(bytes[begin - 1]) {
            return None;
        }
        let found = bytes.get(begin..begin + prefix.len())?;
        let begins = match shape.any_case {
            true => found.eq_ignore_ascii_case(prefix),
            false => found == prefix,
        };
        let body = begin + prefix.len();
        let length = begins.then(|| run(&bytes[body..], shape.body))?;
        // What ends a sentence is not the key's.
        let length = length - trailing(&bytes[body..body + length]);
        let is_word = shape.any_case && is_word(&bytes[body..body + length]);
        (length >= shape.least && !is_word).then_some((begin + shape.keep, body + length))
    })
}

fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
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
    let label = rest.strip_prefix(b"-----BEGIN ")?;
    // Which kind of key it is stands before that: `RSA`, `OPENSSH`, `ENCRYPTED`.
    let kind = run(label, |byte| byte.is_ascii_uppercase() || byte == b' ');
    let is_one = label[..kind].ends_with(b"PRIVATE KEY") && label[kind..].starts_with(b"-----");
    if !is_one {
        return None;
    }
    // It does not leave the string that it stands in. One without its end goes on to that of the string, or of the text.
    let quote = rest.iter().position(|byte| *byte == b'"');
    let rest = &rest[..quote.unwrap_or(rest.len())];
    let last = find(rest, b"-----END ");
    let end = last.and_then(|last| Some(last + 9 + find(&rest[last + 9..], b"-----")? + 5));
    Some((at, at + end.unwrap_or(rest.len())))
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes
        .windows(wanted.len())
        .position(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    use crate::outgoing::scan::scan;

    fn apply(text: &str) -> std::borrow::Cow<'_, str> {
        scan(text, true, None)
    }

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
            "nothing begins in my_ghp_0123456789abcdefghij0123456789abcdefghij",
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
        let no_key = "-----BEGIN { PRIVATE KEY-----";
        check(no_key, no_key);
        let strings = r#"["-----BEGIN EC PRIVATE KEY-----\nMI", "-----END a-----"]"#;
        assert_eq!(apply(strings), r#"["[redacted]", "-----END a-----"]"#);
    }
}
