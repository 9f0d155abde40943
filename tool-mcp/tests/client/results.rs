//! What a server answers, as the model reads it.

use serde_json::{Value, json};
use tool_runtime::dialect::{Anthropic, Mcp};
use tool_runtime::{Content, Report};

use crate::fake::{called, connected};

async fn answered(result: Value) -> Report {
    answered_by(
        json!({"name": "read", "inputSchema": {"type": "object"}}),
        result,
    )
    .await
}

async fn answered_by(tool: Value, result: Value) -> Report {
    let (tools, mut fake) = connected(json!([tool])).await;
    let serving = async {
        let call = fake.request("tools/call").await;
        assert_eq!(call["params"]["name"], "read");
        fake.answer(&call, result).await;
    };
    called(&tools, "read", "{}", serving).await.0
}

#[track_caller]
fn check(report: &Report, expected: &[Content]) {
    let result = &report.results()[0];
    assert!(!result.is_error(), "{}", result.text());
    assert_eq!(result.parts(), expected);
}

#[tokio::test]
async fn every_kind_of_content_is_converted() {
    let report = answered(json!({"content": [
        {"type": "text", "text": "seven files", "annotations": {"audience": ["assistant"], "priority": 0.5}},
        {"type": "image", "data": "aGk=", "mimeType": "image/png"},
        {"type": "audio", "data": "aGk=", "mimeType": "audio/wav"},
        {"type": "image", "data": "no base64!", "mimeType": "image/png"},
        {"type": "resource_link", "uri": "file:///a.txt", "name": "a", "mimeType": "text/plain", "size": 7},
        {"type": "resource", "resource": {"uri": "file:///b.txt", "mimeType": "text/plain", "text": "b"}},
        {"type": "resource", "resource": {"uri": "file:///c.png", "mimeType": "image/png", "blob": "aGk="}},
        {"type": "resource", "resource": {"uri": "file:///d.zip", "mimeType": "application/zip", "blob": "aGk="}},
    ]}))
    .await;
    let mut link = tool_runtime::tool::ResourceLink::new("file:///a.txt", "a");
    link.mime_type = Some("text/plain".to_owned());
    link.size = Some(7);
    check(
        &report,
        &[
            Content::text("seven files"),
            Content::image("image/png", "hi"),
            Content::audio("audio/wav", "hi"),
            Content::text("[image/png, whose data is not base64, not shown]"),
            link.into(),
            Content::text("file:///b.txt:\nb"),
            Content::image("image/png", "hi"),
            Content::text("file:///d.zip: [application/zip, 2 bytes, not shown]"),
        ],
    );
    // And each dialect can say it.
    assert!(
        Anthropic.encode(&report)[0]
            .as_str()
            .contains("seven files")
    );
}

#[tokio::test]
async fn structured_content_is_there_once() {
    // As text too, for clients that read no other: one value.
    let value = json!({"celsius": 21.5});
    let report = answered(json!({
        "content": [{"type": "text", "text": "{\n \"celsius\": 21.5\n}"}],
        "structuredContent": value,
    }))
    .await;
    check(&report, &[Content::Json(value.to_string())]);
    let message = Mcp.encode(&report)[0].to_string();
    assert!(
        message.contains(r#""structuredContent":{"celsius":21.5}"#),
        "{message}"
    );

    // Only so.
    let report = answered(json!({"structuredContent": value, "content": []})).await;
    check(&report, &[Content::Json(value.to_string())]);

    // As Python's SDK wraps what is no object, also in parts.
    let report = answered(json!({
        "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}],
        "structuredContent": {"result": ["a", "b"]},
    }))
    .await;
    check(&report, &[Content::text("a"), Content::text("b")]);

    // What the texts do not say.
    let report = answered(json!({
        "content": [{"type": "text", "text": "It is warm."}],
        "structuredContent": value,
    }))
    .await;
    check(
        &report,
        &[
            Content::text("It is warm."),
            Content::Json(value.to_string()),
        ],
    );
}

#[tokio::test]
async fn a_structured_result_is_held_to_its_schema() {
    let tool = || {
        json!({
            "name": "read",
            "inputSchema": {"type": "object"},
            "outputSchema": {"type": "object", "properties": {"celsius": {"type": "number"}}, "required": ["celsius"]},
        })
    };
    let report = answered_by(
        tool(),
        json!({"content": [], "structuredContent": {"celsius": 2}}),
    )
    .await;
    check(&report, &[Content::Json(r#"{"celsius":2}"#.to_owned())]);
    let report = answered_by(
        tool(),
        json!({"content": [], "structuredContent": {"celsius": "warm"}}),
    )
    .await;
    assert_eq!(
        report.results()[0].text(),
        "`read` of the server `files` was called, but its result does not fit its own output schema: value is not of type \"number\" at `/celsius`. The same call would fail again."
    );
    let report = answered_by(
        tool(),
        json!({"content": [{"type": "text", "text": "warm"}]}),
    )
    .await;
    assert_eq!(
        report.results()[0].text(),
        "`read` of the server `files` was called, but its result does not fit its own output schema: it has no structured content. The same call would fail again."
    );
    // What failed needs none.
    let report = answered_by(
        tool(),
        json!({"content": [{"type": "text", "text": "no such city"}], "isError": true}),
    )
    .await;
    assert_eq!(report.results()[0].text(), "no such city");
}

#[tokio::test]
async fn what_is_not_known_is_told_of_and_loses_nothing_else() {
    let report = answered(json!({"content": [
        {"type": "text", "text": "seven"},
        {"type": "hologram", "data": "…"},
    ]}))
    .await;
    check(
        &report,
        &[
            Content::text("seven"),
            Content::text("[content of the kind `hologram`, not shown]"),
        ],
    );
}

#[tokio::test]
async fn an_empty_result_is_a_result() {
    check(
        &answered(json!({"content": []})).await,
        &[Content::text("Done.")],
    );
    check(&answered(json!({})).await, &[Content::text("Done.")]);
}

#[tokio::test]
async fn a_tool_that_fails_fails_with_the_servers_text() {
    let report = answered(json!({
        "content": [{"type": "text", "text": "There is no file `a`."}, {"type": "text", "text": "Try `b`."}],
        "isError": true,
    }))
    .await;
    let result = &report.results()[0];
    assert!(result.is_error());
    assert_eq!(result.text(), "There is no file `a`.\nTry `b`.");
    // Not all of a long one.
    let report = answered(
        json!({"content": [{"type": "text", "text": "x".repeat(1_000_000)}], "isError": true}),
    )
    .await;
    let length = report.results()[0].text().len();
    assert!(length < 140_000, "{length}");
    let report = answered(json!({"content": [], "isError": true})).await;
    assert_eq!(
        report.results()[0].text(),
        "`read` of the server `files` failed without saying why"
    );
}

#[tokio::test]
async fn what_is_no_result_is_refused_in_words() {
    for (result, expected) in [
        (
            json!({"resultType": "input_required", "inputRequests": {}}),
            "The server `files` asks for more input before it goes on, which this program does not give: `read`. The same call would fail again.",
        ),
        (
            json!({"contents": "seven"}),
            "The server `files` answered what is no result of a tool: `read`. The same call would fail again.",
        ),
        (
            json!({"tools": []}),
            "The server `files` answered what is no result of a tool: `read`. The same call would fail again.",
        ),
    ] {
        assert_eq!(answered(result).await.results()[0].text(), expected);
    }
}
