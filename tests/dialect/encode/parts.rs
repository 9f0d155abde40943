//! Answers of several parts: what goes as it is, and what as a text that says what it is.

use serde_json::{Value, json};
use tool_runtime::dialect::{Anthropic, Bedrock, Dialect, Gemini, Mcp, OpenAiResponses};
use tool_runtime::{Content, ToolCall, Toolbox, tool, tools};

use crate::answers;
use crate::conversation::{Exchange, value};
use crate::fixtures::FIXTURES;

/// Checks what each provider gets in the place of the result's content.
async fn check(toolbox: &Toolbox, tool: &str, arguments: &str, expected: [Value; 4]) {
    let report = toolbox.run([ToolCall::new("c", tool, arguments)]).await;
    let get = |dialect: &dyn Dialect, pointer: &str| {
        let message = value(&dialect.encode(&report)[0]);
        message.pointer(pointer).cloned().unwrap_or(Value::Null)
    };
    let found = [
        get(&OpenAiResponses, "/output"),
        get(&Gemini, "/parts/0/functionResponse"),
        get(&Bedrock, "/content/0/toolResult/content"),
        get(&Mcp, "/content"),
    ];
    for (found, expected) in found.iter().zip(&expected) {
        assert_eq!(found, expected);
    }
}

fn response(tool: &str, output: Value) -> Value {
    json!({ "id": "c", "name": tool, "response": { "output": output } })
}

#[tokio::test]
async fn an_image_goes_as_one_where_the_provider_takes_it() {
    for format in ["png", "jpeg", "gif", "webp"] {
        let mime_type = format!("image/{format}");
        let data = "+/+/AA==";
        let url = format!("data:{mime_type};base64,{data}");
        // It takes no GIF.
        let mut gemini = response(
            "show_cover",
            json!(format!("The cover:\n[{mime_type}, 4 bytes, not shown]")),
        );
        if format != "gif" {
            gemini = response("show_cover", json!("The cover:"));
            gemini["parts"] = json!([{ "inlineData": { "mimeType": mime_type, "data": data } }]);
        }
        check(
            &answers::toolbox(),
            "show_cover",
            &json!({ "mime_type": mime_type }).to_string(),
            [
                json!([
                    { "type": "input_text", "text": "The cover:" },
                    { "type": "input_image", "detail": "auto", "image_url": url },
                ]),
                gemini,
                json!([
                    { "text": "The cover:" },
                    { "image": { "format": format, "source": { "bytes": data } } },
                ]),
                json!([
                    { "type": "text", "text": "The cover:" },
                    { "type": "image", "data": data, "mimeType": mime_type },
                    { "type": "text", "text": "" },
                ]),
            ],
        )
        .await;
    }
}

#[tokio::test]
async fn an_image_of_another_kind_is_named_but_for_mcp() {
    let named = "[image/tiff, 4 bytes, not shown]";
    check(
        &answers::toolbox(),
        "show_cover",
        r#"{"mime_type":"image/tiff"}"#,
        [
            json!(format!("The cover:\n{named}\n")),
            response("show_cover", json!(format!("The cover:\n{named}"))),
            json!([{ "text": "The cover:" }, { "text": named }]),
            json!([
                { "type": "text", "text": "The cover:" },
                { "type": "image", "data": "+/+/AA==", "mimeType": "image/tiff" },
                { "type": "text", "text": "" },
            ]),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_sound_is_named_but_for_mcp() {
    let named = "[audio/wav, 3 bytes, not shown]";
    check(
        &answers::toolbox(),
        "read_aloud",
        "{}",
        [
            json!(named),
            response("read_aloud", json!(named)),
            json!([{ "text": named }]),
            json!([{ "type": "audio", "data": "AQID", "mimeType": "audio/wav" }]),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_link_is_its_name_and_address_but_for_mcp() {
    let link = "emma: book://7 (application/epub+zip)";
    check(
        &answers::toolbox(),
        "point_to",
        "{}",
        [
            json!(format!("{link}\n[7]")),
            response("point_to", json!(format!("{link}\n[7]"))),
            json!([{ "text": link }, { "text": "[7]" }]),
            json!([
                { "type": "resource_link", "uri": "book://7", "name": "emma", "mimeType": "application/epub+zip" },
                { "type": "text", "text": "[7]" },
            ]),
        ],
    )
    .await;
}

/// Show a picture.
#[tool(pure)]
async fn show_picture() -> Content {
    Content::image("image/png", [0])
}

/// Nobody is told that it is not shown.
#[tokio::test]
async fn an_image_alone_is_all_there_is() {
    let mut gemini = response("show_picture", json!(""));
    gemini["parts"] = json!([{ "inlineData": { "mimeType": "image/png", "data": "AA==" } }]);
    check(
        &Toolbox::new(tools![show_picture]).unwrap(),
        "show_picture",
        "{}",
        [
            json!([{ "type": "input_image", "detail": "auto", "image_url": "data:image/png;base64,AA==" }]),
            gemini,
            json!([{ "image": { "format": "png", "source": { "bytes": "AA==" } } }]),
            json!([{ "type": "image", "data": "AA==", "mimeType": "image/png" }]),
        ],
    )
    .await;
}

/// Count.
#[tool(pure)]
async fn count() -> [u8; 2] {
    [1, 2]
}

/// Answer in JSON of one's own.
#[tool(pure)]
async fn answer(
    /// The text.
    text: String,
) -> Content {
    Content::Json(text)
}

/// Bedrock and MCP take objects alone as JSON.
#[tokio::test]
async fn a_list_is_json_where_the_provider_takes_any() {
    check(
        &Toolbox::new(tools![count]).unwrap(),
        "count",
        "{}",
        [
            json!("[1,2]"),
            response("count", json!([1, 2])),
            json!([{ "text": "[1,2]" }]),
            json!([{ "type": "text", "text": "[1,2]" }]),
        ],
    )
    .await;
}

/// What a tool calls JSON and is none would break the message, and with it every other result.
#[tokio::test]
async fn json_that_is_none_is_a_text() {
    for text in ["{\"a\":", "{} {}", "", "{'a': 1}", "NaN"] {
        let toolbox = Toolbox::new(tools![answer]).unwrap();
        let arguments = json!({ "text": text }).to_string();
        let report = toolbox.run([ToolCall::new("c", "answer", arguments)]).await;
        assert_eq!(
            value(&Gemini.encode(&report)[0])["parts"][0]["functionResponse"],
            response("answer", json!(text))
        );
        let told = if text.is_empty() { "Done." } else { text };
        assert_eq!(
            value(&Bedrock.encode(&report)[0])["content"][0]["toolResult"]["content"],
            json!([{ "text": told }])
        );
        assert_eq!(
            value(&Mcp.encode(&report)[0]),
            json!({ "content": [{ "type": "text", "text": text }], "resultType": "complete" })
        );
    }
    let toolbox = Toolbox::new(tools![answer]).unwrap();
    let spaced = json!({ "text": " {\"a\": 1e400}\n" }).to_string();
    let report = toolbox.run([ToolCall::new("c", "answer", spaced)]).await;
    let bedrock = &Bedrock.encode(&report)[0];
    let expected = r#"{"json": {"a": 1e400}"#;
    assert!(bedrock.as_str().contains(expected), "{bedrock}");
}

/// Fail with details.
#[tool(pure)]
async fn fail() -> Result<Content, String> {
    Err("It rained.".to_owned())
}

#[tokio::test]
async fn a_custom_tool_s_call_is_answered_as_one_also_when_it_fails() {
    let toolbox = Toolbox::new(tools![fail]).unwrap();
    let report = toolbox.run([ToolCall::with_text("c", "fail", "x")]).await;
    let item = value(&OpenAiResponses.encode(&report)[0]);
    assert_eq!(item["type"], "custom_tool_call_output");
    assert_eq!(item["call_id"], "c");
    assert!(item["output"].is_string(), "{item}");
    let blocks = &value(&Anthropic.encode(&report)[0])["content"];
    assert_eq!(blocks[0]["is_error"], true);
}

/// A program that the provider runs gets the results of its calls, and custom tools those of theirs.
#[tokio::test]
async fn a_result_says_whom_it_is_for() {
    let mut fixtures = FIXTURES.iter();
    let fixture = fixtures
        .find(|fixture| fixture.file() == "openai-responses.custom")
        .unwrap();
    let tools = answers::toolbox().bind(());
    let results = Exchange::of(fixture.dialect, &tools, fixture.body)
        .await
        .results;
    assert_eq!(
        value(&results[0]),
        json!({ "type": "custom_tool_call_output", "call_id": "call_1", "output": "Good \"morning\"\n{" })
    );
    assert_eq!(
        value(&results[1]),
        json!({
            "type": "function_call_output",
            "call_id": "call_2",
            "output": r#"{"id":7,"title":"Emma"}"#,
            "caller": { "type": "program", "caller_id": "call_9" },
        })
    );
}
