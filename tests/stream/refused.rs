//! What is no stream of the provider: each error says what it is instead.

use tool_runtime::dialect::{
    Anthropic, Bedrock, Gemini, Mistral, Ollama, OpenAiChat, OpenAiResponses, StreamingDialect,
};

use crate::fixture::fixture;

const ALL: [&dyn StreamingDialect; 7] = [
    &Anthropic,
    &Bedrock,
    &Gemini,
    &Mistral,
    &Ollama,
    &OpenAiChat,
    &OpenAiResponses,
];

#[track_caller]
fn error(dialect: &dyn StreamingDialect, body: &str) -> String {
    let mut stream = dialect.stream();
    let calls = stream.push(body);
    assert!(calls.is_empty(), "{calls:?}");
    stream.into_turn().unwrap_err().to_string()
}

#[test]
fn an_empty_body_ends_early() {
    for dialect in ALL {
        for body in ["", "\n", "\r\n\r\n"] {
            let error = error(dialect, body);
            assert!(
                error.ends_with("ended before the turn did; ask again"),
                "{error}"
            );
            assert!(error.starts_with("expected a"), "{error}");
        }
    }
}

/// Whoever takes that for a turn without calls takes it for the end of the conversation.
#[test]
fn a_stream_that_says_nothing_ends_early() {
    let quiet: [(&dyn StreamingDialect, &[&str]); 7] = [
        (
            &Anthropic,
            &[r#"{"type":"ping"}"#, r#"{"type":"message_stop"}"#],
        ),
        (
            &Bedrock,
            &[
                r#"{"messageStop":{"stopReason":"end_turn"}}"#,
                r#"{"metadata":{}}"#,
            ],
        ),
        (&Gemini, &[]),
        (&Mistral, &["[DONE]"]),
        (&Ollama, &[]),
        (
            &OpenAiChat,
            &[
                r#"{"choices":[],"prompt_filter_results":[]}"#,
                "[DONE]",
                "[DONE]",
            ],
        ),
        (&OpenAiResponses, &[r#"{"type":"response.created"}"#]),
    ];
    for (dialect, events) in quiet {
        let are_lines = ["Ollama", "Bedrock Converse"].contains(&dialect.name());
        let frame = |event: &&str| match are_lines {
            true => format!("{event}\n"),
            false => format!("data: {event}\n\n"),
        };
        let comments = if are_lines { "\n" } else { ": a comment\n\n" };
        // From nothing at all to all of it.
        for few in 0..=events.len() {
            let body: String = events[..few].iter().map(frame).collect();
            let error = error(dialect, &format!("{comments}{body}{comments}"));
            let expected = "which ended before the turn did; ask again";
            assert!(error.ends_with(expected), "{}: {error}", dialect.name());
        }
    }
    let mut stream = OpenAiChat.choice(1).stream();
    stream.push_event(
        r#"{"choices":[{"index":0,"delta":{"content":"Hi."},"finish_reason":"stop"}]}"#,
    );
    stream.push_event("[DONE]");
    assert!(stream.into_turn().is_err(), "there is no second choice");
}

#[test]
fn an_error_instead_of_a_stream_is_told() {
    let bodies = [
        r#"{"error":{"message":"no such model","type":"invalid_request_error"}}"#,
        "{\n  \"error\": {\n    \"message\": \"no such model\"\n  }\n}\n",
        r#"{"type":"error","error":{"type":"not_found_error","message":"no such model"}}"#,
        r#"{"object":"error","message":"no such model"}"#,
        r#"{"error":"no such model"}"#,
    ];
    for dialect in ALL {
        for body in bodies {
            let expected = "the provider answered with an error: no such model";
            assert_eq!(error(dialect, body), expected, "{}", dialect.name());
        }
    }
}

#[test]
fn a_page_of_a_proxy_is_shown() {
    for dialect in ALL {
        let error = error(dialect, "<html>\n<h1>502 Bad Gateway</h1>\n</html>");
        assert!(
            error.contains("not JSON") && error.contains("<html>"),
            "{error}"
        );
    }
}

/// The stream of another, by the name that the error has for it.
#[test]
fn another_providers_stream_is_named() {
    let streams = [
        ("anthropic", "text", "Anthropic Messages"),
        ("bedrock", "text", "Bedrock"),
        ("gemini", "text", "Gemini"),
        ("ollama", "text", "Ollama"),
        ("openai-chat", "text", "OpenAI Chat Completions"),
        ("openai-responses", "text", "OpenAI Responses"),
    ];
    for dialect in ALL {
        for (provider, name, whose) in streams {
            let fixture = fixture(provider, name);
            // Mistral's is no other than OpenAI's, and Bedrock's is told by its name for the whole service.
            let is_own = dialect.name().starts_with(whose)
                || dialect.name() == "Mistral" && whose.starts_with("OpenAI Chat");
            if is_own {
                continue;
            }
            let mut stream = dialect.stream();
            for data in fixture.data() {
                assert!(stream.push_event(data).is_empty());
            }
            let error = stream.into_turn().unwrap_err().to_string();
            let (_, found) = error.split_once("found ").unwrap();
            assert!(
                found.contains(whose),
                "{} of {whose}: {error}",
                dialect.name()
            );
        }
    }
}

/// A server that does not stream though it was asked to.
#[test]
fn a_whole_response_is_read_as_one() {
    let choices = r#"{"choices":[{"index":0,"message":{"role":"assistant","content":null,"tool_calls":[{"id":"a","type":"function","function":{"name":"add","arguments":"{}"}}]},"finish_reason":"tool_calls"}]}"#;
    let bodies: [(&dyn StreamingDialect, &str); 7] = [
        (
            &Anthropic,
            r#"{"type":"message","role":"assistant","content":[{"type":"tool_use","id":"a","name":"add","input":{}}]}"#,
        ),
        (
            &Bedrock,
            r#"{"output":{"message":{"role":"assistant","content":[{"toolUse":{"toolUseId":"a","name":"add","input":{}}}]}},"stopReason":"tool_use"}"#,
        ),
        (
            &Gemini,
            r#"{"candidates":[{"content":{"role":"model","parts":[{"functionCall":{"id":"a","name":"add","args":{}}}]},"finishReason":"STOP"}]}"#,
        ),
        (&Mistral, choices),
        (
            &Ollama,
            r#"{"message":{"role":"assistant","content":"","tool_calls":[{"id":"a","function":{"name":"add","arguments":{}}}]},"done":true}"#,
        ),
        (&OpenAiChat, choices),
        (
            &OpenAiResponses,
            r#"{"object":"response","status":"completed","output":[{"type":"function_call","call_id":"a","name":"add","arguments":"{}"}]}"#,
        ),
    ];
    for (dialect, body) in bodies {
        let pretty: serde_json::Value = serde_json::from_str(body).unwrap();
        let pretty = serde_json::to_string_pretty(&pretty).unwrap();
        for body in [body, &format!("{body}\n"), &pretty] {
            let mut stream = dialect.stream();
            let mut calls = stream.push(body);
            calls.extend(stream.end());
            let turn = stream.into_turn().unwrap();
            assert_eq!(turn.calls(), calls, "{}: {body}", dialect.name());
            assert_eq!((calls[0].id(), calls[0].name()), ("a", "add"));
            assert_eq!((calls.len(), turn.interruption()), (1, None));
            assert_eq!(turn.messages().count(), 1);
        }
    }
}

/// As of a whole response: it is not passed over.
#[test]
fn a_call_of_the_old_api_is_told() {
    let pieces = [
        r#"{"choices":[{"index":0,"delta":{"role":"assistant","content":null,"function_call":{"name":"a","arguments":"{"}}}]}"#,
        r#"{"choices":[{"index":0,"delta":{"function_call":{"arguments":"}"}}}]}"#,
        r#"{"choices":[{"index":0,"delta":{},"finish_reason":"function_call"}]}"#,
        "[DONE]",
    ];
    // Some hosts say nothing but the last at the end.
    for ends in [&pieces[2..], &pieces[3..]] {
        let events = [&pieces[..2], ends].concat();
        let body: String = events
            .iter()
            .map(|data| format!("data: {data}\n\n"))
            .collect();
        assert_eq!(
            error(&OpenAiChat, &body),
            "expected a response of OpenAI Chat Completions (an object with `choices`), found a call in `function_call`, as of requests with `functions`; offer the tools in `tools`"
        );
    }
}

/// With `alt=sse` left out, Gemini sends an array.
#[test]
fn an_array_of_geminis_says_what_to_ask_for() {
    let candidates = r#"{"candidates":[{"content":{"parts":[{"text":"x"}],"role":"model"}}]}"#;
    let told = error(&Gemini, &format!("[{candidates}\n,\r\n{candidates}\n]\n"));
    assert_eq!(
        told,
        "expected a stream of Gemini (events with `candidates`), found an array of responses; ask for `alt=sse`"
    );
    let told = error(
        &Gemini,
        r#"[{"error":{"code":400,"message":"no such model"}}]"#,
    );
    assert_eq!(told, "the provider answered with an error: no such model");
}

/// Several answers, where nobody has said which: the first is read, and what is said of the others.
#[test]
fn several_answers_are_an_interruption() {
    let cases: [(&dyn StreamingDialect, &str, &str); 2] = [
        (&OpenAiChat, "openai-chat", "choices"),
        (&Gemini, "gemini", "candidates"),
    ];
    for (dialect, provider, name) in cases {
        let fixture = fixture(provider, name);
        let mut stream = dialect.stream();
        let mut calls = stream.push(&fixture.text);
        calls.extend(stream.end());
        let turn = stream.into_turn().unwrap();
        assert_eq!(calls.len(), 1, "{calls:?}");
        assert_eq!(turn.calls(), calls);
        let told = turn.interruption().unwrap().to_string();
        assert!(told.contains("`.choice(0)`"), "{told}");
    }
}

#[test]
fn another_answer_can_be_chosen() {
    let cases = [
        (OpenAiChat.choice(1).stream(), "openai-chat", "choices"),
        (Gemini.choice(1).stream(), "gemini", "candidates"),
    ];
    for (mut stream, provider, name) in cases {
        stream.push(&fixture(provider, name).text);
        let turn = stream.into_turn().unwrap();
        let names: Vec<&str> = turn.calls().iter().map(|call| call.name()).collect();
        assert_eq!((names, turn.interruption()), (vec!["get_orders"], None));
    }
}

#[test]
fn what_comes_after_the_end_is_ignored() {
    let fixture = fixture("anthropic", "three_calls");
    let mut stream = fixture.stream();
    let calls = stream.push(&fixture.text);
    assert!(stream.end().is_empty() && stream.end().is_empty());
    assert!(stream.push(&fixture.text).is_empty());
    assert!(stream.push_event("{}").is_empty());
    assert_eq!(stream.into_turn().unwrap().calls(), calls);
}
