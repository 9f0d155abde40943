//! One key in its canonical form: two calls touch the same thing if the key of one begins with that of the other.

use std::borrow::Cow;
use std::fmt::{self, Write as _};

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use super::key::{Key, KeyText};

/// The most segments of a key, its domain among them.
const MAX_SEGMENTS: u8 = 32;

/// The longest key in bytes, one after each segment among them.
const MAX_BYTES: usize = 1024;

/// The domain of exclusive groups, which no template and no [`EffectKey::new`] can have.
const GROUPS: &str = "\u{1}";

/// What a domain is, for those who wrote something else.
pub(super) const DOMAIN: &str = "a key begins with its domain, letters, digits, `_`, `-` or `.`, as in `customer:{customer_id}`";

/// Whether a key may begin with `text`.
pub(super) fn is_domain(text: &str) -> bool {
    let legal = |c: char| c.is_alphanumeric() || "_-.".contains(c);
    !text.is_empty() && text.chars().all(legal)
}

/// A key: a domain and what is below it, segment by segment. It covers every key that begins with its segments, so `fs:src`
/// covers `fs:src/main.rs`, and not `fs:srcs`.
///
/// Those of a `#[tool]` are made of its templates. This is for a closure that says what a call of a
/// [`RuntimeTool`](super::RuntimeTool) touches:
///
/// ```
/// use tool_runtime::tool::EffectKey;
///
/// let (account, path) = (7, "src//./main.rs");
/// assert_eq!(EffectKey::new("account").segment(&account).to_string(), "account:7");
/// assert_eq!(EffectKey::new("fs").path(path).to_string(), "fs:src/main.rs");
/// assert_eq!(EffectKey::new("fs").segment(path).to_string(), "fs:src%2F%2F.%2Fmain.rs");
/// ```
///
/// # What is the same key
///
/// Text is compared in Unicode's normal form C, so that it does not matter how an `é` was typed; nothing else is taken to
/// be the same, capitals and small letters neither.
///
/// A key ends, and so covers all that could have followed, before a value that is absent or has a NUL, before a path that
/// leads above where it begins, and before what would be its 33rd segment (the domain is the first) or go beyond 1,024 bytes.
#[derive(Clone)]
pub struct EffectKey {
    /// Each segment with a NUL after it, which none of them holds: a key begins with another if its text does.
    text: String,
    /// How many segments it still takes: none once it was cut.
    room: u8,
}

impl EffectKey {
    /// The key of all that is in a domain, which is letters, digits, `_`, `-` and `.`.
    ///
    /// # Panics
    ///
    /// If that is no domain.
    #[track_caller]
    pub fn new(domain: &str) -> Self {
        assert!(
            is_domain(domain),
            "{DOMAIN}; found `{}`",
            domain.escape_debug()
        );
        Self::below(domain)
    }

    /// The key of an exclusive group.
    pub(crate) fn group(name: &str) -> Self {
        let mut group = Self::below(GROUPS);
        group.push(Some(name));
        group
    }

    /// The key of a domain that was checked.
    pub(super) fn below(domain: &str) -> Self {
        let mut text = normal(domain).into_owned();
        text.push('\0');
        Self {
            text,
            room: MAX_SEGMENTS - 1,
        }
    }

    /// The key with one segment more, whatever the value's text is: as `{id}` in a template.
    #[must_use]
    pub fn segment(mut self, value: &(impl Key + ?Sized)) -> Self {
        self.push(KeyText::of(value).as_str());
        self
    }

    /// The key with as many segments more as the value has between its `/`: as `{path/}` in a template.
    ///
    /// Empty ones and `.` are none, and `..` takes back the one before it.
    #[must_use]
    pub fn path(mut self, value: &(impl Key + ?Sized)) -> Self {
        self.push_path(KeyText::of(value).as_str());
        self
    }

    /// Adds one segment, or cuts the key if there is none.
    pub(super) fn push(&mut self, text: Option<&str>) {
        match text.map(normal) {
            Some(segment) if self.takes(&segment) => self.add(&segment),
            _ => self.room = 0,
        }
    }

    /// Adds the segments of a path, or cuts the key if there is none.
    pub(super) fn push_path(&mut self, path: Option<&str>) {
        let root = self.text.len();
        let Some(path) = path.map(normal).filter(|path| !path.contains('\0')) else {
            self.room = 0;
            return;
        };
        // Segments for which there is no room, and which `..` may take back.
        let mut beyond = 0_usize;
        for segment in path.split('/') {
            match segment {
                "" | "." => {}
                ".." if beyond > 0 => beyond -= 1,
                ".." if self.text.len() > root => self.remove_last(),
                ".." => {
                    // Above the root for good, wherever it goes on to.
                    self.room = 0;
                    return;
                }
                segment if beyond == 0 && self.takes(segment) => self.add(segment),
                _ => beyond += 1,
            }
        }
        if beyond > 0 {
            self.room = 0;
        }
    }

    fn takes(&self, segment: &str) -> bool {
        self.room > 0 && self.text.len() + segment.len() < MAX_BYTES && !segment.contains('\0')
    }

    fn add(&mut self, segment: &str) {
        self.text.push_str(segment);
        self.text.push('\0');
        self.room -= 1;
    }

    fn remove_last(&mut self) {
        self.text.pop();
        let start = self.text.rfind('\0').map_or(0, |before| before + 1);
        self.text.truncate(start);
        self.room += 1;
    }

    pub(crate) fn segments(&self) -> impl Iterator<Item = &str> {
        self.text.split_terminator('\0')
    }

    /// The key that a text says, as it is displayed. Between several segments, empty ones and `.` are none.
    #[cfg(feature = "testing")]
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let (domain, rest) = match text.split_once(':') {
            Some((domain, rest)) => (domain, Some(rest)),
            None => (text, None),
        };
        if !is_domain(domain) {
            return Err(format!("{DOMAIN}; found `{}`", text.escape_debug()));
        }
        let mut key = Self::below(domain);
        match rest {
            Some(path) if path.contains('/') && !path.contains('%') => key.push_path(Some(path)),
            Some(rest) if rest.contains('/') => {
                let segments = rest.split('/').filter(|segment| !segment.is_empty());
                segments.for_each(|segment| key.push(Some(&unescaped(segment))));
            }
            Some(segment) => key.push(Some(&unescaped(segment))),
            None => {}
        }
        Ok(key)
    }

    /// Whether all that is below `other` is below this.
    pub(crate) fn covers(&self, other: &Self) -> bool {
        other.text.starts_with(&self.text)
    }

    /// Whether one of the two covers the other.
    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        self.text.starts_with(&other.text) || other.text.starts_with(&self.text)
    }

    /// Whether it is the key of an exclusive group.
    pub(crate) fn is_group(&self) -> bool {
        self.segments().next() == Some(GROUPS)
    }
}

/// Text in normal form C, without an allocation if it is.
fn normal(text: &str) -> Cow<'_, str> {
    let is_normal = text.is_ascii() || is_nfc_quick(text.chars()) == IsNormalized::Yes;
    match is_normal {
        true => Cow::Borrowed(text),
        false => Cow::Owned(text.nfc().collect()),
    }
}

/// Two keys are equal if they cover the same, whatever they were cut before.
impl PartialEq for EffectKey {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for EffectKey {}

/// As a template would say it: `customer:7`, `fs:src/main.rs`. In a segment a `/`, a `%` and control characters are
/// escaped: `%2F`.
impl fmt::Display for EffectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut segments = self.segments();
        let domain = segments.next().unwrap_or_default();
        if domain == GROUPS {
            return match segments.next() {
                Some(name) => write!(f, "exclusive group `{name}`"),
                None => f.write_str("every exclusive group"),
            };
        }
        f.write_str(domain)?;
        for (index, segment) in segments.enumerate() {
            f.write_char(if index == 0 { ':' } else { '/' })?;
            for character in segment.chars() {
                escape(character, f)?;
            }
        }
        Ok(())
    }
}

fn escape(character: char, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if character != '/' && character != '%' && !character.is_control() {
        return f.write_char(character);
    }
    let mut bytes = [0; 4];
    character
        .encode_utf8(&mut bytes)
        .bytes()
        .try_for_each(|byte| write!(f, "%{byte:02X}"))
}

/// What was escaped, as it was.
#[cfg(feature = "testing")]
fn unescaped(segment: &str) -> Cow<'_, str> {
    if !segment.contains('%') {
        return Cow::Borrowed(segment);
    }
    let byte = |digits: &[u8]| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok();
    let (mut bytes, mut rest) = (Vec::new(), segment.as_bytes());
    while let Some((first, after)) = rest.split_first() {
        let escaped = after.get(..2).filter(|_| *first == b'%').and_then(byte);
        bytes.push(escaped.unwrap_or(*first));
        rest = &after[if escaped.is_some() { 2 } else { 0 }..];
    }
    match String::from_utf8(bytes) {
        Ok(text) => Cow::Owned(text),
        Err(_) => Cow::Borrowed(segment),
    }
}

impl fmt::Debug for EffectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EffectKey({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::EffectKey;

    #[test]
    fn keys_overlap_by_whole_segments() {
        let overlaps = |a: &EffectKey, b: &EffectKey| {
            assert_eq!(a.overlaps(b), b.overlaps(a));
            a.overlaps(b)
        };
        let fs = |path: &str| EffectKey::new("fs").path(path);
        assert!(overlaps(&fs(""), &fs("a/b")));
        assert!(overlaps(&fs("a"), &fs("a")));
        assert!(overlaps(&fs("a"), &fs("a/b")));
        assert!(!overlaps(&fs("a"), &fs("ab")));
        assert!(!overlaps(&fs("a/b"), &fs("a/c")));
        assert!(!overlaps(&EffectKey::new("f"), &fs("")));
        assert!(!overlaps(
            &EffectKey::new("a").segment(""),
            &EffectKey::new("a").segment("b")
        ));
        assert!(!overlaps(&EffectKey::new("fs").segment("a/b"), &fs("a/b")));
    }

    #[cfg(feature = "testing")]
    #[test]
    fn what_is_displayed_is_the_same_key() {
        let key = |text: &str| EffectKey::parse(text).expect("a key");
        for written in [
            EffectKey::new("rates"),
            EffectKey::new("account").segment(""),
            EffectKey::new("account").segment("a/b%2F\n").segment("c"),
            EffectKey::new("fs").path("src/\u{e9}.rs"),
        ] {
            assert_eq!(key(&written.to_string()), written);
        }
        assert_eq!(key("fs:/src//./a/../b"), EffectKey::new("fs").path("src/b"));
        assert_eq!(key("rate:10%"), EffectKey::new("rate").segment("10%"));
        assert!(EffectKey::parse("{id}").is_err());
    }

    #[test]
    fn a_group_is_no_key_that_anybody_can_name() {
        let group = EffectKey::group("billing");
        assert!(group.is_group() && !EffectKey::new("billing").is_group());
        assert!(group.overlaps(&EffectKey::group("billing")));
        assert!(!group.overlaps(&EffectKey::group("billings")));
        assert!(!group.overlaps(&EffectKey::new("billing")));
        assert_eq!(group.to_string(), "exclusive group `billing`");
    }

    #[test]
    fn a_group_whose_name_is_none_is_every_group() {
        for name in ["a\0", &"a".repeat(2_000)] {
            let group = EffectKey::group(name);
            assert!(group.is_group() && group.overlaps(&EffectKey::group("billing")));
            assert_eq!(group.to_string(), "every exclusive group");
        }
    }
}
