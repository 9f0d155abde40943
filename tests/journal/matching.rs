//! Which record is of which call of a history: what calls are told by is not theirs alone.

use serde_json::{Value, json};
use tool_runtime::ToolCall;
use tool_runtime::dialect::{Message, Ollama, OpenAiChat};
use tool_runtime::journal::{Record, Recovered, StartedCall};

/// A record of a call that began: its batch, its place there, its call.
fn begun(batch: &str, index: usize, call: &ToolCall) -> Record {
    started(batch, index, call, true).into()
}

fn started(batch: &str, index: usize, call: &ToolCall, may_change: bool) -> StartedCall {
    let stored = json!({ "format": 1, "started": {
        "key": format!("{batch}-{index:03}"), "index": index, "may_change": may_change,
        "call": { "id": call.id(), "name": call.name(), "arguments": call.arguments() },
    }});
    serde_json::from_value(stored).unwrap()
}

/// The same of one that has answered `text`.
fn answered(batch: &str, index: usize, call: &ToolCall, text: &str) -> Record {
    let stored = json!({ "format": 1, "finished": {
        "key": format!("{batch}-{index:03}"), "index": index,
        "result": {
            "call": { "id": call.id(), "name": call.name(), "arguments": call.arguments() },
            "outcome": "ok", "effects": "done", "parts": [{ "text": text }],
            "queued_ns": 0, "waits": [], "failed_attempts": [],
        },
    }});
    serde_json::from_value(stored).unwrap()
}

fn call(id: &str, arguments: &str) -> ToolCall {
    ToolCall::new(id, "pay", arguments)
}

/// A turn in the form of Chat Completions: calls, and the results that are there.
fn turn(calls: &[&ToolCall], results: &[(&ToolCall, &str)]) -> Vec<Message> {
    let entries = calls.iter().map(|call| {
        json!({ "id": call.id(), "type": "function",
            "function": { "name": call.name(), "arguments": call.arguments() } })
    });
    let asked =
        json!({ "role": "assistant", "content": null, "tool_calls": entries.collect::<Vec<_>>() });
    let results = results
        .iter()
        .map(|(call, text)| json!({ "role": "tool", "tool_call_id": call.id(), "content": text }));
    std::iter::once(asked)
        .chain(results)
        .map(Message::from)
        .collect()
}

const MAYBE: &str = "`pay` was interrupted, because the program ended while it was running. It may have taken effect; check before repeating.";
const NOTHING: &str = "`pay` was interrupted, because the program ended while it was running. Nothing was changed. Call it again if it is still needed.";
const NOT_CALLED: &str = "`pay` was not called, because the program ended before. Nothing was changed. Call it again if it is still needed.";
const UNKNOWN: &str = "`pay` was interrupted, and its result is lost. It may have taken effect; check before repeating.";

#[track_caller]
fn check(
    turns: impl IntoIterator<Item = Vec<Message>>,
    records: impl IntoIterator<Item = Record>,
    expected: &[&str],
) {
    let recovered: Recovered = records.into_iter().collect();
    let mut history: Vec<Message> = turns.into_iter().flatten().collect();
    let before = history.clone();
    let results = OpenAiChat.complete_from(&mut history, &recovered);
    let texts: Vec<_> = results.iter().map(|result| result.text()).collect();
    assert_eq!(texts, expected);
    let added = history.iter().filter(|message| !before.contains(message));
    let added: Vec<Value> = added
        .map(|message| serde_json::from_str(message.as_str()).unwrap())
        .collect();
    let contents: Vec<_> = added
        .iter()
        .map(|value| value["content"].as_str())
        .collect();
    let mut told: Vec<_> = expected.iter().map(|text| Some(*text)).collect();
    // Messages that are the same are one here.
    told.retain(|text| contents.contains(text));
    assert_eq!(told.len(), expected.len(), "{added:?}");
    assert_eq!(OpenAiChat.complete_from(&mut history, &recovered).len(), 0);
}

#[test]
fn what_is_known_of_a_call_is_told() {
    let calls = ["a", "b", "c", "d"].map(|id| call(id, "{}"));
    let records = [
        begun("x", 0, &calls[0]),
        answered("x", 0, &calls[0], "paid"),
        begun("x", 1, &calls[1]),
        started("x", 2, &calls[2], false).into(),
    ];
    let expected = ["paid", MAYBE, NOTHING, NOT_CALLED];
    check([turn(&calls.each_ref(), &[])], records, &expected);
}

/// A result that an engine has stored before the beginning of its call, or twice.
#[test]
fn records_may_come_in_any_order() {
    let made = call("a", "{}");
    let records = || {
        vec![
            answered("x", 0, &made, "paid"),
            begun("x", 0, &made),
            answered("x", 0, &made, "paid"),
        ]
    };
    check([turn(&[&made], &[])], records(), &["paid"]);
    let mut records = records();
    records.reverse();
    check([turn(&[&made], &[])], records, &["paid"]);
}

/// A call with an empty id that stands twice in a turn: each its own.
#[test]
fn calls_that_are_the_same_are_told_by_their_places() {
    let (made, other) = (call("", "{}"), call("", r#"{"a":1}"#));
    let asked = [&made, &other, &made, &made];
    let records = |places: &[usize]| -> Vec<Record> {
        let texts = ["first", "", "third", "fourth"];
        let records = places.iter();
        records
            .map(|&at| answered("x", at, &made, texts[at]))
            .collect()
    };
    for (places, expected) in [
        (&[0, 2, 3][..], ["first", NOT_CALLED, "third", "fourth"]),
        (&[3, 2, 0], ["first", NOT_CALLED, "third", "fourth"]),
        (&[2], [NOT_CALLED, NOT_CALLED, "third", NOT_CALLED]),
        (&[0, 3], ["first", NOT_CALLED, NOT_CALLED, "fourth"]),
    ] {
        check([turn(&asked, &[])], records(places), &expected);
    }
}

/// Some of a turn's calls were run as a batch: their places there are others.
#[test]
fn calls_of_a_batch_of_some_are_told_in_order() {
    let (made, other) = (call("", "{}"), call("", r#"{"a":1}"#));
    let records = [
        answered("x", 0, &made, "first"),
        answered("x", 1, &made, "second"),
    ];
    let asked = [&other, &made, &made];
    let expected = [NOT_CALLED, "first", "second"];
    check([turn(&asked, &[])], records, &expected);
}

#[test]
fn the_last_turn_has_the_last_batch() {
    let made = call("", "{}");
    let records = || {
        vec![
            answered("x", 0, &made, "old"),
            answered("y", 0, &made, "new"),
        ]
    };
    let first = || turn(&[&made], &[(&made, "old")]);
    check([first(), turn(&[&made], &[])], records(), &["new"]);
    // Neither has a result.
    let open = || turn(&[&made], &[]);
    check([open(), open()], records(), &["old", "new"]);
    // The second call of the last turn was never made, and has not the result of the first turn's.
    let records = [answered("x", 0, &made, "old"), begun("y", 0, &made)];
    let turns = [first(), turn(&[&made, &made], &[])];
    check(turns, records, &[MAYBE, NOT_CALLED]);
}

/// A program that runs each call by itself.
#[test]
fn a_turn_may_have_been_run_in_several_batches() {
    let made = call("", "{}");
    let records = [begun("x", 0, &made), begun("y", 0, &made)];
    check([turn(&[&made, &made], &[])], records, &[MAYBE, MAYBE]);
}

#[test]
fn each_record_is_used_once() {
    let made = call("a", "{}");
    let records = || vec![answered("x", 0, &made, "paid")];
    check(
        [turn(&[&made, &made], &[])],
        records(),
        &["paid", NOT_CALLED],
    );
    // A result that is there is of the record, too.
    let turns = [turn(&[&made, &made], &[(&made, "paid")])];
    check(turns, records(), &[NOT_CALLED]);
}

#[test]
fn records_of_other_conversations_are_nobodys() {
    let records = [
        answered("x", 0, &call("z", "{}"), "theirs"),
        begun("y", 1, &ToolCall::new("a", "post", "{}")),
        begun("y", 2, &call("", "{}")),
    ];
    check([turn(&[&call("a", "{}")], &[])], records, &[NOT_CALLED]);
}

/// A store that lays out JSON anew: the call is the same.
#[test]
fn arguments_may_be_laid_out_anew() {
    let made = call("", r#"{"to": "caf\u00e9", "amounts": [1, 2]}"#);
    let stored = call("", r#"{"amounts":[1,2],"to":"café"}"#);
    let records = [answered("x", 0, &made, "paid")];
    check([turn(&[&stored], &[])], records, &["paid"]);
}

/// The id says that it began, the arguments that it did not: nobody says that nothing was changed.
#[test]
fn a_call_whose_arguments_were_changed_is_not_said_to_have_not_been_called() {
    let (made, stored) = (call("a", r#"{"n": 1.0}"#), call("a", r#"{"n": 1}"#));
    let records = || vec![answered("x", 0, &made, "paid")];
    check([turn(&[&stored], &[])], records(), &[UNKNOWN]);
    // It is another's.
    let turns = [turn(&[&made, &stored], &[])];
    check(turns, records(), &["paid", NOT_CALLED]);
    // Without an id it may be any call.
    let records = [answered("x", 0, &call("", r#"{"n": 1.0}"#), "paid")];
    check(
        [turn(&[&call("", r#"{"n": 1}"#)], &[])],
        records,
        &[NOT_CALLED],
    );
}

/// Thousands of calls that look the same, at once.
#[test]
fn many_calls_that_are_the_same_take_no_time_to_speak_of() {
    let made = call("", "{}");
    let records = (0..20_000).map(|at| answered("x", at, &made, "paid"));
    let recovered: Recovered = records.collect();
    let calls = vec![&made; 20_000];
    let mut history = turn(&calls, &[]);
    let begun = std::time::Instant::now();
    let results = Ollama.complete_from(&mut history, &recovered);
    assert_eq!(results.len(), 20_000);
    assert!(results.iter().all(|result| result.text() == "paid"));
    assert!(begun.elapsed().as_secs() < 20, "{:?}", begun.elapsed());
}
