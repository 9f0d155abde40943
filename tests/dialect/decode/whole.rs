//! Whole responses of each provider: their calls, what is kept of the turn, and that every call is answered.

use tool_runtime::ToolCall;

use crate::answers;
use crate::conversation::Exchange;
use crate::fixtures::FIXTURES;

/// What is said of a call.
fn told(call: &ToolCall) -> (&str, &str, &str, bool, bool) {
    let (is_text, is_cut) = (call.is_text(), call.is_cut_off());
    (call.id(), call.name(), call.arguments(), is_text, is_cut)
}

#[test]
fn the_calls_are_those_that_are_in_it() {
    for fixture in FIXTURES {
        let turn = fixture.dialect.decode(fixture.body.as_bytes()).unwrap();
        let (found, expected) = (turn.calls(), fixture.calls());
        let found: Vec<_> = found.iter().map(told).collect();
        let expected: Vec<_> = expected.iter().map(told).collect();
        assert_eq!(found, expected, "{}", fixture.file());
        assert_eq!(
            turn.calls().len(),
            fixture.places().len(),
            "{}",
            fixture.file()
        );
    }
}

/// Text, reasoning, signatures and what the provider ran itself stand in it as they came.
#[test]
fn the_turn_is_kept_to_the_byte() {
    for fixture in FIXTURES {
        let turn = fixture.dialect.decode(fixture.body.as_bytes()).unwrap();
        let mut rest = fixture.body;
        for message in turn.messages() {
            // Anthropic's response is no message itself: its content is what goes back.
            let text = message.as_str();
            let text = text
                .strip_prefix(r#"{"role":"assistant","content":"#)
                .and_then(|content| content.strip_suffix('}'))
                .unwrap_or(text);
            match rest.split_once(text) {
                Some((_, after)) => rest = after,
                None => panic!("{}: {text}", fixture.file()),
            }
        }
        // What comes after the turn has no more of it.
        let more = [
            "thinking",
            "signature",
            "Signature",
            "\"text\"",
            "\"type\": \"",
            "\"role\"",
        ];
        for more in more {
            let is_read = turn.messages().count() == 0 || fixture.provider == "mcp";
            assert!(
                is_read || !rest.contains(more),
                "{}: {rest}",
                fixture.file()
            );
        }
    }
}

#[tokio::test]
async fn every_call_is_answered_and_a_cut_one_not_run() {
    let tools = answers::toolbox().bind(());
    for fixture in FIXTURES {
        let Exchange {
            turn,
            report,
            results,
        } = Exchange::of(fixture.dialect, &tools, fixture.body).await;
        let endings: Vec<_> = report
            .results()
            .iter()
            .map(|result| result.outcome().ending.code())
            .collect();
        let expected: Vec<_> = turn
            .calls()
            .iter()
            .map(|call| match call.name() {
                _ if call.is_cut_off() => "invalid_arguments",
                "reserve_book" => "failed",
                "break_off" => "panicked",
                _ => "ok",
            })
            .collect();
        assert_eq!(endings, expected, "{}", fixture.file());
        assert_eq!(results.is_empty(), expected.is_empty());
    }
}
