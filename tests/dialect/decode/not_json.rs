//! Bytes that are no JSON text, or more than one.

use tool_runtime::DecodeError;

use crate::providers::{PROVIDERS, anthropic};

/// Checks that every dialect says that `body` is not JSON, what about it is not, and how it begins.
#[track_caller]
fn check(body: impl AsRef<[u8]>, problem: &str, beginning: &str) {
    for provider in &PROVIDERS {
        let error = provider.dialect.decode(body.as_ref()).unwrap_err();
        assert!(matches!(error, DecodeError::NotJson { .. }), "{error:?}");
        let text = error.to_string();
        let expected = format!("expected a response of {}", provider.dialect.name());
        assert!(text.starts_with(&expected), "{text}");
        assert!(text.contains("found text that is not JSON ("), "{text}");
        assert!(text.contains(problem), "{text}");
        assert!(text.ends_with(&format!("): `{beginning}`")), "{text}");
    }
}

#[test]
fn nothing() {
    check("", "the text ends where a value is expected", "");
    check(" \n", "the text ends where a value is expected", " \n");
}

#[test]
fn a_page() {
    check(
        "<html>502 Bad Gateway</html>",
        "at byte 1",
        "<html>502 Bad Gateway</html>",
    );
}

#[test]
fn a_stream_is_told_to_be_one() {
    let bodies = [
        "data: {\"choices\":[]}\n\n",
        "event: message_start\ndata: {}\n\n",
        ": ping\n\n",
    ];
    for (provider, body) in PROVIDERS
        .iter()
        .flat_map(|one| bodies.map(|body| (one, body)))
    {
        let error = provider.dialect.decode(body.as_bytes()).unwrap_err();
        let text = error.to_string();
        let end = "found a stream of events; read it with `stream()` of the dialect, or ask for no stream";
        assert!(text.ends_with(end), "{text}");
    }
}

#[test]
fn bytes_that_are_not_utf_8() {
    check(
        b"{\"content\":[\xff]}",
        "invalid utf-8 sequence of 1 bytes from index 12",
        "{\"content\":[\u{fffd}]}",
    );
    check(b"{\"a\":\"\xc3", "incomplete utf-8", "{\"a\":\"\u{fffd}");
}

#[test]
fn a_byte_order_mark() {
    check("\u{feff}{}", "at byte 3", "\u{feff}{}");
}

#[test]
fn two_documents() {
    check(
        r#"{"content":[]} {"content":[]}"#,
        "more text after the value, at byte 14",
        r#"{"content":[]} {"content":[]}"#,
    );
}

#[test]
fn text_after_the_end() {
    check("{}}", "more text after the value, at byte 2", "{}}");
    check("{} ok", "more text after the value, at byte 2", "{} ok");
}

#[test]
fn a_body_cut_off_anywhere() {
    let whole =
        anthropic(r#"[{"type":"tool_use","id":"t","name":"é","input":{"a":[1,"\u00e9"]}}]"#);
    for end in 0..whole.len() {
        let beginning: String = String::from_utf8_lossy(&whole.as_bytes()[..end]).into();
        let shortened = match beginning.char_indices().nth(60) {
            Some((end, _)) => format!("{}…", &beginning[..end]),
            None => beginning,
        };
        check(&whole.as_bytes()[..end], "", &shortened);
    }
}

#[test]
fn a_slip_in_the_middle() {
    check(r#"{"content":[],}"#, "at byte", r#"{"content":[],}"#);
    check(r#"{'content':[]}"#, "at byte", r#"{'content':[]}"#);
    check(r#"{"content":[NaN]}"#, "at byte", r#"{"content":[NaN]}"#);
}
