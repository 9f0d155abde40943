//! A stream that breaks off or is damaged: calls that were whole stay, those that had begun have their ids, and nothing panics.

use proptest::prelude::*;
use tool_runtime::{ToolCall, Toolbox, tools};

use crate::fixture::{Fixture, Read, each, fixtures};

/// The calls that had begun: their ids stand in an event that has come.
fn begun<'a>(fixture: &Fixture, whole: &'a [ToolCall], cut: usize) -> Vec<&'a str> {
    let mut events = Vec::new();
    let mut end = 0;
    for event in fixture.events() {
        end += event.len();
        if end <= cut {
            events.push(event);
        }
    }
    let ids = whole.iter().map(ToolCall::id).filter(|id| !id.is_empty());
    let has = |id: &&str| {
        let id = format!("\"{id}\"");
        events.iter().any(|event| event.contains(&id))
    };
    ids.filter(has).collect()
}

#[track_caller]
fn is_a_beginning(fixture: &Fixture, whole: &Read, read: &Read, cut: usize) {
    let title = format!("{}, cut at {cut}", fixture.title());
    let calls = whole.calls();
    let handed = read.handed[0].as_slice();
    // Those whole before the end, so that none has been run otherwise than it is in the end.
    assert!(calls.starts_with(handed), "{title}: {handed:?}");
    let Ok(turn) = &read.turn else {
        assert!(read.calls().is_empty(), "{title}");
        return;
    };
    assert_eq!(read.calls(), turn.calls(), "{title}");
    for id in begun(fixture, &calls, cut) {
        assert!(
            turn.calls().iter().any(|call| call.id() == id),
            "{title}: {id}"
        );
    }
    for (call, expected) in turn.calls().iter().zip(&calls).skip(handed.len()) {
        assert_eq!(
            (call.id(), call.name()),
            (expected.id(), expected.name()),
            "{title}"
        );
        // Where an event cannot be read, a later one may tell it again.
        let is_lost = fixture.name == "invalid_json";
        let is_beginning = is_lost || expected.arguments().starts_with(call.arguments());
        let is_empty = matches!(call.arguments(), "" | "{}");
        assert!(is_beginning || is_empty, "{title}: {call:?}");
        assert!(call.is_cut_off() || call == expected, "{title}: {call:?}");
    }
    if whole
        .turn
        .as_ref()
        .is_ok_and(|whole| whole.calls().len() > turn.calls().len())
    {
        assert!(turn.interruption().is_some(), "{title}");
    }
}

#[test]
fn a_stream_that_ends_early_has_the_calls_that_had_begun_and_says_so() {
    each(|fixture| {
        let whole = fixture.whole();
        for cut in 0..fixture.text.len() {
            let read = fixture.read([&fixture.text.as_bytes()[..cut]]);
            is_a_beginning(fixture, &whole, &read, cut);
            if whole.ended_well().is_some() {
                ends_early_if_at_all(fixture, &read, cut);
            }
        }
    });
}

/// What is cut is said to end early, and not to be no JSON.
#[track_caller]
fn ends_early_if_at_all(fixture: &Fixture, read: &Read, cut: usize) {
    let problem = match &read.turn {
        Ok(turn) => turn.interruption(),
        Err(error) => Some(error),
    };
    let text = problem.map(ToString::to_string).unwrap_or_default();
    assert!(
        text.is_empty() || text.ends_with("which ended before the turn did; ask again"),
        "{}, cut at {cut}: {text}",
        fixture.title()
    );
}

#[tokio::test(start_paused = true)]
async fn every_call_of_a_broken_stream_has_a_result_under_its_id() {
    let toolbox = Toolbox::new(tools![]).unwrap();
    for fixture in fixtures() {
        let cuts = fixture.events().into_iter().scan(0, |end, event| {
            *end += event.len();
            Some(*end)
        });
        for cut in cuts {
            let read = fixture.read([&fixture.text.as_bytes()[..cut]]);
            let Ok(turn) = read.turn else { continue };
            let report = toolbox.run(turn.calls()).await;
            let ids = |of: Vec<&str>| of.into_iter().map(str::to_owned).collect::<Vec<_>>();
            let results = ids(report.results().iter().map(|result| result.id()).collect());
            assert_eq!(
                results,
                ids(turn.calls().iter().map(ToolCall::id).collect())
            );
        }
    }
}

/// A change of a byte: another, none, or one more.
fn damaged(bytes: &[u8], at: usize, kind: usize, byte: u8) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    match kind {
        0 => bytes[at] = byte,
        1 => _ = bytes.remove(at),
        2 => bytes.insert(at, byte),
        // All of an event, if it is short.
        _ => _ = bytes.drain(at..(at + usize::from(byte)).min(bytes.len())),
    }
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_damaged_stream_is_read_the_same_however_it_is_cut(
        which in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), 0..4usize, any::<u8>()), 1..4),
        cut in any::<prop::sample::Index>(),
    ) {
        let fixture = which.get(fixtures());
        let mut bytes = fixture.text.clone().into_bytes();
        for (at, kind, byte) in changes {
            let at = at.index(bytes.len());
            bytes = damaged(&bytes, at, kind, byte);
            if bytes.is_empty() {
                return Ok(());
            }
        }
        let cut = cut.index(bytes.len());
        let read = fixture.read([&bytes[..cut], &bytes[cut..]]);
        let one = fixture.read([&bytes]);
        prop_assert_eq!(&read.turn, &one.turn);
        prop_assert_eq!(read.calls(), one.calls());
        match one.turn {
            Ok(turn) => prop_assert_eq!(read.calls(), turn.calls()),
            Err(_) => prop_assert!(read.calls().is_empty()),
        }
    }
}
