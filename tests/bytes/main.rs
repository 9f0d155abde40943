//! Does anything panic, whatever the bytes?
//!
//! The same checks as of the targets in `fuzz/`, without a fuzzer: bytes as they fall, pieces of JSON in any order, and the
//! fixtures of the other tests with a few bytes changed.

#[path = "../../fuzz/src/checks.rs"]
#[allow(unreachable_pub, reason = "a library in `fuzz/`")]
mod checks;

use std::collections::HashSet;
use std::fs;
use std::ops::Range;
use std::path::Path;
use std::sync::LazyLock;
use std::thread;

use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::Value;

/// What JSON, streams and the tools' arguments are made of.
static WORDS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let dictionary = include_str!("../../fuzz/json.dict");
    let words = dictionary.lines().filter(|line| line.starts_with('"'));
    words.map(word).collect()
});

/// A word of a dictionary, whose escapes are `\"`, `\\` and `\xab`.
fn word(line: &str) -> Vec<u8> {
    let line = &line.as_bytes()[1..line.len() - 1];
    let mut word = Vec::new();
    let mut at = 0;
    while at < line.len() {
        match &line[at..] {
            [b'\\', b'x', high, low, ..] => {
                let digit = |byte: &u8| char::from(*byte).to_digit(16).expect("a digit") as u8;
                word.push(digit(high) * 16 + digit(low));
                at += 4;
            }
            [b'\\', byte, ..] => {
                word.push(*byte);
                at += 2;
            }
            [byte, ..] => {
                word.push(*byte);
                at += 1;
            }
            [] => {}
        }
    }
    word
}

/// The files in folders of the repository.
fn files(folders: &[&str]) -> Vec<Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut paths = Vec::new();
    for folder in folders {
        let entries = fs::read_dir(root.join(folder)).expect("a folder");
        paths.extend(entries.map(|entry| entry.expect("an entry").path()));
    }
    paths.retain(|path| path.extension().is_none_or(|extension| extension != "md"));
    paths.sort();
    let texts: Vec<_> = paths
        .iter()
        .map(|path| fs::read(path).expect("a file"))
        .collect();
    assert!(!texts.is_empty());
    texts
}

/// Bytes of any kind, and `texts` with a few pieces of them taken out, doubled or replaced.
fn bytes(texts: Vec<Vec<u8>>) -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        4 => select(&WORDS[..]),
        1 => prop::collection::vec(any::<u8>(), 0..4),
        1 => any::<char>().prop_map(|character| character.to_string().into_bytes()),
    ];
    let pieces = prop::collection::vec(piece.clone(), 0..60).prop_map(|pieces| pieces.concat());
    let change = (any::<Index>(), any::<Index>(), piece);
    let changed =
        (select(texts), prop::collection::vec(change, 0..4)).prop_map(|(mut text, changes)| {
            for (at, until, piece) in changes {
                let (at, until) = (at.index(text.len() + 1), until.index(text.len() + 1));
                let end = until.clamp(at, at + (text.len() - at).min(20));
                text.splice(at..end, piece);
            }
            text
        });
    prop_oneof![
        1 => prop::collection::vec(any::<u8>(), 0..200),
        2 => pieces,
        5 => changed,
    ]
}

#[track_caller]
fn check(cases: u32, folders: &[&str], check: fn(&[u8])) {
    let config = ProptestConfig {
        cases,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let texts = files(folders);
    texts.iter().for_each(|text| check(text));
    let checked = proptest::test_runner::TestRunner::new(config).run(&bytes(texts), |bytes| {
        check(&bytes);
        Ok(())
    });
    if let Err(error) = checked {
        panic!("{error}");
    }
}

#[test]
fn arguments() {
    check(1000, &["fuzz/seeds/arguments"], checks::arguments);
}

#[test]
fn responses() {
    check(1000, &["tests/dialect/fixtures"], checks::decode);
}

#[test]
fn streams() {
    check(500, &["tests/stream/fixtures"], |bytes| {
        checks::stream(&[&[7], bytes].concat());
    });
}

#[test]
fn what_is_stored() {
    check(500, &["tests/dialect/snapshots"], checks::stored);
}

#[test]
fn redaction() {
    check(1000, &["tests/dialect/fixtures"], checks::redaction);
}

#[test]
fn keys() {
    check(2000, &["fuzz/seeds/keys"], checks::keys);
}

#[test]
fn what_is_the_same() {
    check(1000, &["fuzz/seeds/same"], checks::same);
}

#[test]
fn schemas() {
    check(1000, &["fuzz/seeds/schema"], checks::schema);
}

#[test]
fn one_by_one() {
    check(2000, &["fuzz/seeds/serial"], checks::serial);
}

/// Where the value of each key of these texts stands, once for each key.
fn values(texts: Vec<Vec<u8>>) -> Vec<(String, Range<usize>)> {
    let mut seen = HashSet::new();
    let mut values = Vec::new();
    for text in texts
        .into_iter()
        .filter_map(|text| String::from_utf8(text).ok())
    {
        for (at, _) in text.match_indices("\":") {
            let key = text[..at].rsplit('"').next().unwrap_or_default();
            let start = at + 2;
            let mut value = serde_json::Deserializer::from_str(&text[start..]).into_iter::<Value>();
            if matches!(value.next(), Some(Ok(_))) && seen.insert(key.to_owned()) {
                values.push((text.clone(), start..start + value.byte_offset()));
            }
        }
    }
    assert!(values.len() > 3);
    values
}

/// Whatever walks over a text by calling itself stops in time: in place of each value, one that is deeper than a stack.
fn deep(folders: &[&str], check: fn(&[u8])) {
    const DEEP: usize = 5_000;
    let values = values(files(folders));
    let work = move || {
        for (text, at) in values {
            let value = "[".repeat(DEEP) + "1" + &"]".repeat(DEEP);
            check(format!("{}{value}{}", &text[..at.start], &text[at.end..]).as_bytes());
        }
        for open in ["[", "{\"a\":", "data: [", "\"", "{\"a\":\"\\"] {
            check(open.repeat(DEEP).as_bytes());
        }
    };
    // Of a smaller one than threads have, so that texts can be shorter.
    let thread = thread::Builder::new().stack_size(1 << 20);
    let done = thread.spawn(work).expect("a thread").join();
    assert!(done.is_ok());
}

#[test]
fn deep_arguments() {
    deep(&["fuzz/seeds/arguments"], checks::arguments);
}

#[test]
fn deep_responses() {
    deep(&["tests/dialect/fixtures"], checks::decode);
}

#[test]
fn deep_streams() {
    deep(&["tests/stream/fixtures"], |bytes| {
        checks::stream(&[&[255], bytes].concat());
    });
}

#[test]
fn deep_schemas() {
    deep(&["fuzz/seeds/schema"], checks::schema);
}

#[test]
fn what_is_the_same_deep() {
    deep(&["fuzz/seeds/same"], checks::same);
}

#[test]
fn what_is_stored_deep() {
    deep(&["tests/dialect/snapshots"], checks::stored);
}
