//! A stream that breaks off or is damaged: calls that were whole stay, those that had begun have their ids, and nothing panics.

use proptest::prelude::*;
use tool_runtime::dialect::{
    Anthropic, Bedrock, Gemini, Ollama, OpenAiChat, OpenAiResponses, StreamingDialect,
};
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

/// The calls of a stream of these events, each with whether it is cut off, and what is said to be wrong.
#[track_caller]
fn unreadable(
    dialect: impl StreamingDialect,
    events: &[&str],
    calls: &[(&str, bool)],
    problem: &str,
) {
    let mut stream = dialect.stream();
    for event in events {
        stream.push_event(event);
    }
    match stream.into_turn() {
        Ok(turn) => {
            let read = turn.calls().iter();
            let read: Vec<_> = read.map(|call| (call.id(), call.is_cut_off())).collect();
            assert_eq!(read, calls);
            let told = turn.interruption().expect("it is told").to_string();
            assert!(told.ends_with(problem), "{told}");
        }
        Err(told) => {
            assert!(calls.is_empty(), "{told}");
            assert!(told.to_string().ends_with(problem), "{told}");
        }
    }
}

const ANTHROPIC: [&str; 5] = [
    r#"{"type":"message_start","message":{"role":"assistant"}}"#,
    r#"{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"a","name":"f","input":{}}}"#,
    r#"{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{}"}}"#,
    r#"{"type":"content_block_stop","index":0}"#,
    r#"{"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"b","name":"f","input":{}}}"#,
];

/// What is left of a call without the piece could be JSON with another meaning, an object without members at the least.
#[test]
fn a_piece_of_another_type_is_lost_and_told_with_its_place() {
    for (piece, problem) in [
        (
            r#"{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":5}}"#,
            "found `delta.partial_json`, which is a number and no string",
        ),
        (
            r#"{"type":"content_block_delta","index":1,"delta":"{}"}"#,
            "found `delta`, which is a string and no object",
        ),
        (
            r#"{"type":"content_block_delta","index":1}"#,
            "found a response without `delta`",
        ),
    ] {
        let end = [
            piece,
            r#"{"type":"content_block_stop","index":1}"#,
            r#"{"type":"message_delta","delta":{"stop_reason":"tool_use"}}"#,
            r#"{"type":"message_stop"}"#,
        ];
        let events = [&ANTHROPIC[..], &end].concat();
        unreadable(Anthropic, &events, &[("a", false), ("b", true)], problem);
    }
    unreadable(
        Anthropic,
        &[
            ANTHROPIC[0],
            r#"{"type":"content_block_start","index":0,"content_block":[]}"#,
            r#"{"type":"message_stop"}"#,
        ],
        &[],
        "found `content_block`, which is a list and no object",
    );
    let start = r#"{"contentBlockStart":{"contentBlockIndex":0,"start":{"toolUse":{"toolUseId":"a","name":"f"}}}}"#;
    let stop = r#"{"contentBlockStop":{"contentBlockIndex":0}}"#;
    let end = r#"{"messageStop":{"stopReason":"tool_use"}}"#;
    unreadable(
        Bedrock,
        &[
            start,
            r#"{"contentBlockDelta":{"contentBlockIndex":0,"delta":{"toolUse":{"input":{}}}}}"#,
            stop,
            end,
        ],
        &[("a", true)],
        "found `delta.toolUse.input`, which is an object and no string",
    );
    unreadable(
        Bedrock,
        &[
            r#"{"contentBlockStart":{"contentBlockIndex":0,"start":{"toolUse":7}}}"#,
            stop,
            end,
        ],
        &[],
        "found `start.toolUse`, which is a number and no object",
    );
}

#[test]
fn a_call_of_another_type_is_not_passed_over() {
    let chat = |delta: &str| format!(r#"{{"choices":[{{"index":0,"delta":{delta}}}]}}"#);
    let finish = r#"{"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}"#;
    let whole = chat(
        r#"{"tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"f","arguments":"{}"}}]}"#,
    );
    let begun = chat(
        r#"{"tool_calls":[{"index":1,"id":"b","type":"function","function":{"name":"f","arguments":""}}]}"#,
    );
    for (piece, problem) in [
        (
            r#"{"tool_calls":"x"}"#,
            "found `choices[0].delta.tool_calls`, which is a string and no list",
        ),
        (
            r#"{"tool_calls":[7]}"#,
            "found `choices[0].delta.tool_calls[0]`, which is a number and no object",
        ),
        (
            r#"{"tool_calls":[{"index":1,"function":"{}"}]}"#,
            "found `choices[0].delta.tool_calls[0].function`, which is a string and no object",
        ),
        (
            r#""x""#,
            "found `choices[0].delta`, which is a string and no object",
        ),
    ] {
        let piece = chat(piece);
        let events = [whole.as_str(), &begun, &piece, finish];
        unreadable(OpenAiChat, &events, &[("a", false), ("b", true)], problem);
    }
    unreadable(
        Ollama,
        &[r#"{"message":{"role":"assistant","tool_calls":{}},"done":true}"#],
        &[],
        "found `message.tool_calls`, which is an object and no list",
    );
    unreadable(
        Gemini,
        &[r#"{"candidates":[{"content":{"parts":[{"functionCall":"f"}]},"finishReason":"STOP"}]}"#],
        &[],
        "found `candidates[0].content.parts[0].functionCall`, which is a string and no object",
    );
    unreadable(
        OpenAiResponses,
        &[r#"{"type":"response.output_item.added","output_index":0,"item":[]}"#],
        &[],
        "found `item`, which is a list and no object",
    );
    unreadable(
        OpenAiResponses,
        &[r#"{"type":"response.completed","response":{"output":[7]}}"#],
        &[],
        "found `response.output[0]`, which is a number and no object",
    );
}

/// Whatever has the index that is left, a piece would go to another call.
#[test]
fn a_piece_whose_index_is_none_goes_to_no_other_call() {
    let delta = |index: &str| {
        format!(
            r#"{{"type":"content_block_delta","index":{index},"delta":{{"type":"input_json_delta","partial_json":"{{\"x\":1}}"}}}}"#
        )
    };
    let start = r#"{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"a","name":"f","input":{}}}"#;
    for index in ["\"1\"", "-1", "1.5", "{}"] {
        unreadable(
            Anthropic,
            &[ANTHROPIC[0], start, &delta(index), ANTHROPIC[3]],
            &[("a", true)],
            &match index.starts_with(['-', '1']) {
                true => "found `index`, which is a number and no index".to_owned(),
                false => format!(
                    "found `index`, which is {} and no index",
                    if index == "{}" {
                        "an object"
                    } else {
                        "a string"
                    }
                ),
            },
        );
    }
}

/// What is left of its arguments, `{}`, would be a call that a tool could take.
#[test]
fn arguments_that_come_in_pieces_are_no_object() {
    let piece = |function: &str| {
        format!(
            r#"{{"choices":[{{"index":0,"delta":{{"tool_calls":[{{"index":0,"id":"a","function":{function}}}]}}}}]}}"#
        )
    };
    let finish = r#"{"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}"#;
    let events = [
        piece(r#"{"name":"f","arguments":"{\"x\":1"}"#),
        piece(r#"{"arguments":{}}"#),
    ];
    unreadable(
        OpenAiChat,
        &[&events[0], &events[1], finish],
        &[("a", true)],
        "found `choices[0].delta.tool_calls[0].function.arguments`, which is an object and no string",
    );
    let events = [
        r#"{"type":"response.output_item.added","output_index":0,"item":{"type":"function_call","call_id":"a","name":"f","arguments":""}}"#,
        r#"{"type":"response.function_call_arguments.done","output_index":0,"arguments":{}}"#,
    ];
    unreadable(
        OpenAiResponses,
        &events,
        &[("a", true)],
        "found `arguments`, which is an object and no string",
    );
}

/// One beside others in its event costs none of them.
#[test]
fn an_entry_that_cannot_be_read_leaves_those_behind_it() {
    let entry = |id: &str, function: &str| format!(r#"{{"id":"{id}","function":{function}}}"#);
    let (broken, whole) = (
        entry("a", r#"{"name":7,"arguments":"{"}"#),
        entry("b", r#"{"name":"f","arguments":"{}"}"#),
    );
    let event = format!(
        r#"{{"choices":[{{"index":0,"delta":{{"tool_calls":[{broken},{whole}]}},"finish_reason":"tool_calls"}}]}}"#
    );
    unreadable(
        OpenAiChat,
        &[&event],
        &[("a", true), ("b", false)],
        "found `choices[0].delta.tool_calls[0].function.name`, which is a number and no string",
    );
}
