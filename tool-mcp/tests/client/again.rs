//! A server's tools, offered again by a server of ours: what they say of their answers, and what they answer.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};
use tool_mcp::client::{Endpoint, McpTools};
use tool_mcp::rmcp::ServiceExt as _;
use tool_mcp::rmcp::model::{CallToolRequestParams, CallToolResult};
use tool_mcp::server::McpServer;
use tool_runtime::{Content, Toolbox, tool, tools};

use crate::fake::{Fake, connected};

fn toolbox(tools: &McpTools) -> Toolbox {
    let builder = Toolbox::<()>::builder();
    builder.tools(tools.tools()).build().unwrap()
}

/// A server with these tools, each time that somebody connects.
fn serving(toolbox: Toolbox) -> Endpoint {
    Endpoint::io(move || {
        let (ours, theirs) = tokio::io::duplex(64 * 1024);
        let (read, write) = tokio::io::split(theirs);
        tokio::spawn(McpServer::new(toolbox.bind(())).serve(read, write));
        async move { Ok(tokio::io::split(ours)) }
    })
}

fn output_schema(tools: &McpTools) -> Option<Value> {
    let tool = tools.server_tools().remove(0);
    let schema = tool.as_rmcp().output_schema.as_deref();
    schema.map(|schema| Value::Object(schema.clone()))
}

#[derive(Serialize, JsonSchema)]
struct Book {
    title: String,
    authors: Vec<Author>,
}

#[derive(Serialize, JsonSchema)]
struct Author {
    name: String,
}

/// Finds a book.
#[tool(pure, output_schema)]
async fn find_book() -> Book {
    let name = "Jane Austen".to_owned();
    let authors = vec![Author { name }];
    let title = "Emma".to_owned();
    Book { title, authors }
}

#[tokio::test]
async fn a_result_has_its_schema_and_its_structure_through_two_servers() {
    let first = serving(Toolbox::new(tools![find_book]).unwrap());
    let first = McpTools::connect("first", first).await.unwrap();
    let again = toolbox(&first);
    let second = McpTools::connect("second", serving(again)).await.unwrap();
    let schema = output_schema(&first);
    assert!(schema.is_some());
    assert_eq!(output_schema(&second), schema);

    let toolbox = toolbox(&second);
    let definition = &toolbox.tools()[0];
    assert_eq!(definition.name(), "second__first__find_book");
    assert!(definition.output_schema().is_some());
    let call = tool_runtime::ToolCall::new("1", definition.name(), "{}");
    let report = toolbox.run([call]).await;
    let book = r#"{"authors":[{"name":"Jane Austen"}],"title":"Emma"}"#;
    assert_eq!(
        report.results()[0].parts(),
        [Content::Json(book.to_owned())]
    );
}

/// What a server of ours says of the tool `read` of another, and what it answers when the other answers so.
async fn offered_again(output_schema: Value, answer: Value) -> (Option<Value>, CallToolResult) {
    let tool =
        json!({"name": "read", "inputSchema": {"type": "object"}, "outputSchema": output_schema});
    let (tools, mut fake): (_, Fake) = connected(json!([tool])).await;
    assert_eq!(tools.refused(), []);
    let (ours, theirs) = tokio::io::duplex(64 * 1024);
    let (read, write) = tokio::io::split(theirs);
    let server = McpServer::new(toolbox(&tools).bind(()));
    tokio::spawn(server.serve(read, write));
    let client = ().serve(ours).await.unwrap();
    let listed = client.list_all_tools().await.unwrap();
    let schema = listed[0].output_schema.as_deref();
    let schema = schema.map(|schema| Value::Object(schema.clone()));
    let answering = async {
        let call = fake.request("tools/call").await;
        fake.answer(&call, answer).await;
    };
    let call = client.call_tool(CallToolRequestParams::new("files__read"));
    let (result, ()) = tokio::join!(call, answering);
    (schema, result.unwrap())
}

fn texts(result: &CallToolResult) -> Vec<&str> {
    let texts = result.content.iter().filter_map(|block| block.as_text());
    texts.map(|text| text.text.as_str()).collect()
}

#[tokio::test]
async fn structured_content_stays_so_beside_other_parts() {
    let celsius = json!({"type": "object", "properties": {"celsius": {"type": "number"}}, "required": ["celsius"]});
    let value = json!({"celsius": 21.5});
    let text = r#"{"celsius":21.5}"#;
    for (said, expected) in [
        (json!([]), vec![text]),
        (json!([{"type": "text", "text": text}]), vec![text]),
        (
            json!([{"type": "text", "text": "It is warm."}]),
            vec!["It is warm.", text],
        ),
        (
            json!([{"type": "text", "text": "{\n\"celsius\": 21.5}"}, {"type": "text", "text": "It is warm."}]),
            vec![text, "It is warm."],
        ),
    ] {
        let answer = json!({"content": said, "structuredContent": value});
        let (schema, result) = offered_again(celsius.clone(), answer).await;
        assert_eq!(schema, Some(celsius.clone()));
        assert_eq!(result.is_error, None);
        assert_eq!(result.structured_content, Some(value.clone()));
        assert_eq!(texts(&result), expected);
    }

    // One member of several, of which the text says what it is.
    let any = json!({"type": "object", "properties": {"next": {"type": "string"}, "result": {"type": "string"}}});
    let answer =
        json!({"content": [{"type": "text", "text": "a"}], "structuredContent": {"result": "a"}});
    let (schema, result) = offered_again(any.clone(), answer).await;
    assert_eq!(schema, Some(any));
    assert_eq!(result.structured_content, Some(json!({"result": "a"})));

    // What failed has none.
    let answer = json!({"content": [{"type": "text", "text": "no such city"}], "isError": true});
    let (_, result) = offered_again(celsius, answer).await;
    assert_eq!(result.is_error, Some(true));
    assert_eq!(result.structured_content, None);
    assert_eq!(texts(&result), ["no such city"]);
}

/// As Python's SDK wraps what is no object, and as servers from 2026-07-28 on may answer.
#[tokio::test]
async fn what_is_no_object_is_offered_without_a_schema() {
    let wrapper = json!({"type": "object", "properties": {"result": {"type": "string"}}, "required": ["result"]});
    let list = json!({"type": "array", "items": {"type": "string"}});
    for (schema, value) in [(wrapper, json!({"result": "a"})), (list, json!(["a"]))] {
        let answer =
            json!({"content": [{"type": "text", "text": "a"}], "structuredContent": value});
        let (schema, result) = offered_again(schema, answer).await;
        assert_eq!(schema, None);
        assert_eq!(result.is_error, None);
        assert_eq!(result.structured_content, None);
        assert_eq!(texts(&result), ["a"]);
    }
}
