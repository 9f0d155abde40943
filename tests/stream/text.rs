//! The model's text: its pieces are, one behind the other, what the turn and the whole response have. That it is the same wherever a stream
//! is cut is in `split`.

use tool_runtime::dialect::{
    Anthropic, Gemini, Mistral, OpenAiChat, OpenAiResponses, StreamingDialect,
};

use crate::fixture::{as_dialect, each, fixture, fixtures};
use crate::whole::response;

#[test]
fn the_pieces_are_the_text_of_the_whole_response() {
    for fixture in fixtures() {
        let (read, title) = (fixture.whole(), fixture.title());
        if let Some(turn) = read.ended_well() {
            assert_eq!(read.text(), turn.text(), "{title}");
            assert!(turn.messages().all(|message| message.is_from_model()));
            let whole = as_dialect(fixture).decode(response(fixture, turn).as_bytes());
            assert_eq!(read.text(), whole.unwrap().text(), "{title}");
        }
    }
    let texts = fixtures().iter().map(|fixture| fixture.whole().text());
    let texts: Vec<String> = texts.filter(|text| !text.is_empty()).collect();
    assert!(texts.len() > 20, "{texts:?}");
}

/// What was shown of a stream that breaks off stays said: nothing of it is taken back or told twice.
#[test]
fn what_a_broken_stream_has_said_is_a_beginning() {
    each(|fixture| {
        let whole = fixture.whole();
        for cut in (0..fixture.text.len()).step_by(13) {
            let read = fixture.read([&fixture.text.as_bytes()[..cut]]);
            let (title, said) = (fixture.title(), read.text());
            assert!(whole.text().starts_with(&said), "{title}, {cut}: {said}");
            if let Ok(turn) = &read.turn {
                assert!(said.starts_with(&turn.text()), "{title}, {cut}");
                // OpenAI Responses has no message of an item that had not ended.
                let is_kept = fixture.provider != "openai-responses";
                assert!(!is_kept || turn.text() == said, "{title}, {cut}: {said}");
            }
        }
    });
}

/// The pieces that are no empty ones, by event.
#[track_caller]
fn check(provider: &str, name: &str, expected: &[&str]) {
    let read = fixture(provider, name).whole();
    let pieces = read.said.iter().filter(|piece| !piece.is_empty());
    assert_eq!(pieces.collect::<Vec<_>>(), expected, "{provider}.{name}");
}

#[test]
fn each_piece_comes_with_its_event_and_thoughts_do_not() {
    check(
        "anthropic",
        "thinking_and_two_calls",
        &["I look", " it up.\n"],
    );
    check("anthropic", "text", &["Good", "-bye."]);
    check("bedrock", "server_run", &["So it is."]);
    check("bedrock", "text", &["Good", "-bye."]);
    check("gemini", "thoughts_and_two_calls", &["I look", " it up."]);
    check("mistral", "thinking_and_two_calls", &["I look", " it up."]);
    check("ollama", "thinking_and_two_calls", &["I look", " it up."]);
    check("openai-chat", "two_calls", &["I look “it”", " up.\n"]);
    check("openai-responses", "text", &["Good-bye."]);
}

/// The text that comes with each event and, at last, with the end.
#[track_caller]
fn is(dialect: &dyn StreamingDialect, events: &[&str], expected: &[&str]) {
    let mut stream = dialect.stream();
    let mut pieces = Vec::new();
    for event in events {
        stream.push_event(event);
        pieces.push(stream.take_text());
    }
    stream.end();
    pieces.push(stream.take_text());
    assert_eq!(pieces, expected);
    assert_eq!(stream.take_text(), "");
    assert_eq!(stream.into_turn().unwrap().text(), expected.concat());
}

#[test]
fn blocks_that_are_written_in_turn_come_in_the_order_of_the_message() {
    let text = |index: u8, text: &str| {
        format!(
            r#"{{"type":"content_block_delta","index":{index},"delta":{{"type":"text_delta","text":"{text}"}}}}"#
        )
    };
    let start = |index: u8| {
        format!(
            r#"{{"type":"content_block_start","index":{index},"content_block":{{"type":"text","text":""}}}}"#
        )
    };
    let stop = r#"{"type":"content_block_stop","index":0}"#;
    let over = r#"{"type":"message_stop"}"#;
    let events = [
        &start(0),
        &start(1),
        &text(0, "a"),
        &text(1, "c"),
        &text(0, "b"),
        stop,
        &text(1, "d"),
        over,
    ];
    is(
        &Anthropic,
        &events,
        &["", "", "a", "", "b", "c", "d", "", ""],
    );
}

#[test]
fn a_refusal_is_said_too() {
    let chunk = |delta: &str| {
        format!(r#"{{"choices":[{{"index":0,"delta":{delta},"finish_reason":null}}]}}"#)
    };
    let events = [
        &chunk(r#"{"role":"assistant","content":null,"refusal":"I can"}"#),
        &chunk(r#"{"refusal":"not."}"#),
        r#"{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#,
    ];
    is(&OpenAiChat, &events, &["", "", "", "I cannot."]);
    let events = [
        r#"{"type":"response.output_item.added","output_index":0,"item":{"id":"m","type":"message","role":"assistant","content":[]}}"#,
        r#"{"type":"response.refusal.delta","item_id":"m","output_index":0,"content_index":0,"delta":"I can"}"#,
        r#"{"type":"response.refusal.delta","item_id":"m","output_index":0,"content_index":0,"delta":"not."}"#,
        r#"{"type":"response.output_item.done","output_index":0,"item":{"id":"m","type":"message","role":"assistant","content":[{"type":"refusal","refusal":"I cannot."}]}}"#,
        r#"{"type":"response.completed","response":{"object":"response","status":"completed","output":[]}}"#,
    ];
    is(
        &OpenAiResponses,
        &events,
        &["", "I can", "not.", "", "", ""],
    );
}

/// An item of which no delta has told all, and one that only the end tells of.
#[test]
fn an_item_that_has_ended_tells_what_its_pieces_did_not() {
    let events = [
        r#"{"type":"response.output_item.added","output_index":0,"item":{"id":"m","type":"message","role":"assistant","content":[]}}"#,
        r#"{"type":"response.output_text.delta","output_index":0,"delta":"Good"}"#,
        r#"{"type":"response.completed","response":{"object":"response","status":"completed","output":[
            {"id":"m","type":"message","role":"assistant","content":[{"type":"output_text","text":"Good-bye."}]},
            {"id":"r","type":"reasoning","summary":[],"content":[{"type":"reasoning_text","text":"Hm."}]},
            {"id":"n","type":"message","role":"assistant","content":[{"type":"output_text","text":" Or not."}]}]}}"#,
    ];
    is(
        &OpenAiResponses,
        &events,
        &["", "Good", "-bye. Or not.", ""],
    );
}

#[test]
fn parts_of_a_list_are_text_and_what_is_thought_is_not() {
    let parts = |parts: &str| {
        format!(r#"{{"candidates":[{{"content":{{"role":"model","parts":[{parts}]}}}}]}}"#)
    };
    let events = [
        &parts(r#"{"text":"Hm.","thought":true},{"text":"a"}"#),
        &parts(r#"{"text":"b"},{"text":"c","thoughtSignature":"c2ln"}"#),
        &parts(r#"{"text":"d"}"#),
        r#"{"candidates":[{"finishReason":"STOP"}]}"#,
    ];
    is(&Gemini, &events, &["a", "bc", "d", "", ""]);
    let events = [
        r#"{"choices":[{"index":0,"delta":{"role":"assistant","content":[{"type":"thinking","thinking":[{"type":"text","text":"Hm."}]}]}}]}"#,
        r#"{"choices":[{"index":0,"delta":{"content":[{"type":"text","text":"a"},{"type":"reference","reference_ids":[1]}]}}]}"#,
        r#"{"choices":[{"index":0,"delta":{"content":"b"},"finish_reason":"stop"}]}"#,
    ];
    is(&Mistral, &events, &["", "a", "b", ""]);
}

/// A server that was asked for a stream and answers without: its text comes with the end, and once.
#[test]
fn a_response_that_is_no_stream_says_all_at_its_end() {
    let body = "{\n\"type\":\"message\",\"role\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":\"Hi.\"}]}";
    let mut stream = Anthropic.stream();
    stream.push(body);
    assert_eq!(stream.take_text(), "");
    stream.end();
    assert_eq!(
        (stream.take_text(), stream.take_text()),
        ("Hi.".to_owned(), String::new())
    );
    assert_eq!(stream.into_turn().unwrap().text(), "Hi.");
}
