//! Does anything panic, whatever the bytes?
//!
//! The same checks as of the targets in `fuzz/`, without a fuzzer: bytes as they fall, pieces of JSON in any order, and the
//! fixtures of the other tests with a few bytes changed.

#[path = "../../fuzz/src/checks.rs"]
mod checks;

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::sample::{Index, select};

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
