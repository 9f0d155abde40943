//! What a value writes into a key: equal values the same text, others another.

use std::borrow::Cow;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use proptest::prelude::*;
use tool_runtime::{Key, KeyText};

/// The text that `value` writes must be `expected`.
#[track_caller]
fn check<'a>(value: impl Key, expected: impl Into<Option<&'a str>>) {
    assert_eq!(KeyText::of(&value).as_str(), expected.into());
}

#[test]
fn integers_are_decimal() {
    check(0_u8, "0");
    check(-7_i8, "-7");
    check(u16::MAX, "65535");
    check(i16::MIN, "-32768");
    check(7_u32, "7");
    check(-7_i32, "-7");
    check(u64::MAX, "18446744073709551615");
    check(i64::MIN, "-9223372036854775808");
    check(u128::MAX, "340282366920938463463374607431768211455");
    check(i128::MIN, "-170141183460469231731687303715884105728");
    check(7_usize, "7");
    check(-7_isize, "-7");
    check(NonZero::<u64>::MAX, "18446744073709551615");
    check(NonZero::<i8>::MIN, "-128");
}

#[test]
fn an_integer_has_one_text_whatever_its_type() {
    for number in [0_u8, 7, 127] {
        let text = number.to_string();
        check(number, text.as_str());
        check(u64::from(number), text.as_str());
        check(i128::from(number), text.as_str());
        check(text.clone(), text.as_str());
    }
}

#[test]
fn bool_and_char() {
    check(true, "true");
    check(false, "false");
    check('ß', "ß");
    check('/', "/");
}

#[test]
fn text_is_written_as_it_is() {
    for text in ["", "savings", "a/b", "..", "{id}", " a ", "e\u{301}", "\0"] {
        check(text, text);
        check(text.to_owned(), text);
        check(Box::<str>::from(text), text);
        check(Rc::<str>::from(text), text);
        check(Arc::<str>::from(text), text);
        check(Cow::Borrowed(text), text);
        check(Cow::<str>::Owned(text.to_owned()), text);
    }
}

#[test]
fn paths_that_are_equal_write_the_same() {
    for (path, expected) in [
        ("", ""),
        (".", "."),
        ("src", "src"),
        ("src/", "src"),
        ("src//main.rs", "src/main.rs"),
        ("src/./main.rs", "src/main.rs"),
        ("./src", "./src"),
        ("src/../main.rs", "src/../main.rs"),
        ("/", "/"),
        ("/etc/hosts", "/etc/hosts"),
        ("a b/ü", "a b/ü"),
    ] {
        check(Path::new(path), expected);
        check(PathBuf::from(path), expected);
        check(Box::<Path>::from(Path::new(path)), expected);
        assert_eq!(Path::new(path), Path::new(expected));
    }
}

#[cfg(unix)]
#[test]
fn a_path_that_is_not_unicode_is_absent() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    check(Path::new(OsStr::from_bytes(b"src/\xff")), None);
}

#[test]
fn an_absent_value_is_no_empty_text() {
    check(None::<String>, None);
    check(Some(""), "");
    check(Some(7), "7");
    check(Some(None::<u64>), None);
    check(Box::new(Some(&7)), "7");
}

/// A value in parts, as somebody writes it by hand.
struct Pair<A, B>(A, B);

impl<A: Key, B: Key> Key for Pair<A, B> {
    fn write(&self, text: &mut KeyText) {
        self.0.write(text);
        text.text("-");
        self.1.write(text);
    }
}

#[test]
fn a_value_in_parts_is_absent_if_one_is() {
    check(Pair(1, "a"), "1-a");
    check(Pair(None::<u8>, "a"), None);
    check(Pair("a", None::<u8>), None);
    assert_eq!(
        KeyText::of(&Pair("a", None::<u8>)),
        KeyText::of(&Pair("b", None::<u8>))
    );
}

/// What cannot be displayed has no text, not half of one.
struct Broken;

impl std::fmt::Display for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("half")?;
        Err(std::fmt::Error)
    }
}

impl Key for Broken {
    fn write(&self, text: &mut KeyText) {
        text.display(self);
    }
}

#[test]
fn a_value_that_cannot_be_displayed_is_absent() {
    check(Broken, None);
}

/// Two values write the same text exactly if they are equal.
fn faithful<T: Key + PartialEq>(a: &T, b: &T) -> Result<(), TestCaseError> {
    prop_assert_eq!(a == b, KeyText::of(a) == KeyText::of(b));
    Ok(())
}

proptest! {
    #[test]
    fn unequal_integers_write_unequal_texts(a: i128, bit in 0..128) {
        faithful(&a, &a)?;
        faithful(&a, &a.wrapping_neg())?;
        faithful(&a, &(a ^ (1_i128 << bit)))?;
    }

    #[test]
    fn unequal_texts_stay_unequal(a in "[a-b/.\\\\]{0,3}", b in "[a-b/.\\\\]{0,3}") {
        faithful(&a, &b)?;
        faithful(&Some(a), &Some(b))?;
    }

    #[test]
    fn unequal_paths_write_unequal_texts(a in "[a/.]{0,6}", b in "[a/.]{0,6}") {
        faithful(&PathBuf::from(a), &PathBuf::from(b))?;
    }

    #[test]
    fn unequal_characters_write_unequal_texts(a: char, b: char) {
        faithful(&a, &b)?;
    }
}
