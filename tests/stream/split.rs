//! However the bytes of a stream are cut, the same comes of it.

use proptest::prelude::*;

use crate::fixture::{Fixture, Read, each, fixtures};

/// All that does not depend on the cuts.
#[track_caller]
fn is_the_same(fixture: &Fixture, expected: &Read, read: &Read, how: &str) {
    let title = fixture.title();
    assert_eq!(read.calls(), expected.calls(), "{title}, {how}");
    assert_eq!(read.turn, expected.turn, "{title}, {how}");
    let calls = read.turn.as_ref().map_or(&[][..], |turn| turn.calls());
    assert_eq!(read.calls(), calls, "{title}, {how}");
    assert_eq!(read.text(), expected.text(), "{title}, {how}");
    // What is whole before the end is handed out before the end.
    assert_eq!(read.handed.last(), expected.handed.last(), "{title}, {how}");
}

#[test]
fn at_every_byte() {
    each(|fixture| {
        let whole = fixture.whole();
        let bytes = fixture.text.as_bytes();
        for cut in 0..=bytes.len() {
            let read = fixture.read([&bytes[..cut], &bytes[cut..]]);
            is_the_same(fixture, &whole, &read, &format!("cut at {cut}"));
        }
    });
}

#[test]
fn byte_by_byte_and_in_one_piece() {
    for fixture in fixtures() {
        let whole = fixture.whole();
        let read = fixture.read(fixture.text.as_bytes().chunks(1));
        is_the_same(fixture, &whole, &read, "byte by byte");
        let read = fixture.read([&fixture.text]);
        is_the_same(fixture, &whole, &read, "in one piece");
    }
}

#[test]
fn with_lines_that_end_otherwise() {
    for fixture in fixtures() {
        let whole = fixture.whole();
        let with_returns = fixture.text.replace('\n', "\r\n");
        let read = fixture.read(with_returns.as_bytes().chunks(1));
        is_the_same(fixture, &whole, &read, "with CRLF");
        let read = fixture.read([&with_returns]);
        is_the_same(fixture, &whole, &read, "with CRLF, in one piece");
        if !fixture.are_lines() {
            let read = fixture.read([fixture.text.replace('\n', "\r")]);
            is_the_same(fixture, &whole, &read, "with CR");
        }
    }
}

/// As servers write whose JSON is ASCII.
#[test]
fn with_characters_as_escapes() {
    for fixture in fixtures() {
        let mut text = String::new();
        for character in fixture.text.chars() {
            match character.is_ascii() {
                true => text.push(character),
                false => {
                    let mut pair = [0; 2];
                    let pair = character.encode_utf16(&mut pair);
                    text.extend(pair.iter().map(|half| format!("\\u{half:04x}")));
                }
            }
        }
        let (whole, read) = (fixture.whole(), fixture.read([&text]));
        assert_eq!(read.calls().len(), whole.calls().len());
        // Arguments that are an object on the wire are told as they stand there.
        if !fixture.are_lines() && fixture.provider != "gemini" {
            assert_eq!(read.calls(), whole.calls(), "{}", fixture.title());
        }
    }
}

#[test]
fn event_by_event_without_the_framing() {
    for fixture in fixtures() {
        let whole = fixture.whole();
        let mut stream = fixture.stream();
        let (mut handed, mut said) = (Vec::new(), Vec::new());
        for data in fixture.data() {
            handed.push(stream.push_event(data));
            said.push(stream.take_text());
        }
        handed.push(stream.end());
        said.push(stream.take_text());
        let turn = stream.into_turn();
        let read = Read { handed, said, turn };
        is_the_same(fixture, &whole, &read, "by events");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn at_random(which in any::<prop::sample::Index>(), cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..12)) {
        let fixture = which.get(fixtures());
        let bytes = fixture.text.as_bytes();
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
        cuts.extend([0, bytes.len()]);
        cuts.sort_unstable();
        let pieces = cuts.windows(2).map(|cut| &bytes[cut[0]..cut[1]]);
        is_the_same(fixture, &fixture.whole(), &fixture.read(pieces), &format!("{cuts:?}"));
    }
}
