//! What MCP is told beside names and schemas: annotations, and what a tool answers.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};
use tool_runtime::dialect::{Mcp, OpenAiChat, RequestFormat};
use tool_runtime::tool::DeclaredEffects;
use tool_runtime::{ToolDefinition, Toolbox, tool, tools};

#[track_caller]
fn check(definition: ToolDefinition, expected: Value) {
    let manifest = Mcp.manifest(&[definition]).unwrap();
    let tools = serde_json::to_value(manifest).unwrap();
    let annotations = tools[0].get("annotations").cloned();
    assert_eq!(annotations.unwrap_or_default(), expected);
}

#[test]
fn annotations_say_what_is_known_of_a_tool_and_nothing_else() {
    let tool = || ToolDefinition::named("tool", "A tool.");
    let writes = || tool().with_effects(DeclaredEffects::writes(["book"]));
    check(tool(), Value::Null);
    check(
        tool().with_effects(DeclaredEffects::Pure),
        json!({ "readOnlyHint": true }),
    );
    check(
        tool().with_effects(DeclaredEffects::reads(["book"])),
        json!({ "readOnlyHint": true }),
    );
    check(writes(), json!({ "destructiveHint": false }));
    check(
        writes().with_destructive(true),
        json!({ "destructiveHint": true }),
    );
    check(
        writes().with_idempotent(true),
        json!({ "destructiveHint": false, "idempotentHint": true }),
    );
    check(
        tool().with_destructive(true),
        json!({ "destructiveHint": true }),
    );
    check(
        tool().with_idempotent(true),
        json!({ "idempotentHint": true }),
    );
}

#[test]
fn the_world_is_a_hint_of_its_own() {
    let tool = || ToolDefinition::named("tool", "A tool.");
    check(
        tool().with_open_world(true),
        json!({ "openWorldHint": true }),
    );
    check(
        tool()
            .with_effects(DeclaredEffects::Pure)
            .with_open_world(false),
        json!({ "readOnlyHint": true, "openWorldHint": false }),
    );
}

#[test]
fn a_title_is_for_people() {
    let definition = ToolDefinition::named("tool", "A tool.").with_title("The \"tool\"");
    let manifest = Mcp.manifest(std::slice::from_ref(&definition)).unwrap();
    let start = r#"[{"name":"tool","title":"The \"tool\"","description":"A tool.","#;
    assert!(manifest.as_str().starts_with(start), "{manifest}");
    let others = OpenAiChat.manifest(&[definition]).unwrap();
    assert!(!others.as_str().contains("title"), "{others}");
}

#[derive(JsonSchema, Serialize)]
struct Loan {
    book: u32,
    from: std::net::IpAddr,
}

/// Lend a book.
#[tool(
    writes("book:{book}"),
    output_schema,
    title = "Lend a book",
    open_world = false
)]
async fn lend_book(
    /// The book's number.
    book: u32,
) -> Loan {
    let from = [127, 0, 0, 1].into();
    Loan { book, from }
}

pub(crate) fn toolbox() -> Toolbox {
    Toolbox::new(tools![lend_book]).unwrap()
}

#[test]
fn what_a_tool_answers_has_a_schema_where_its_author_asks_for_one() {
    let manifest = toolbox().manifest(Mcp).unwrap();
    let moved = manifest.moved()[0].to_string();
    assert_eq!(
        moved,
        "`lend_book`: `format` of `result.from` is in its description, as \"an IPv4 or IPv6 address\""
    );
    let tools = serde_json::to_value(manifest).unwrap();
    assert_eq!(
        tools[0]["outputSchema"],
        json!({
            "type": "object",
            "properties": {
                "book": { "type": "integer", "minimum": 0, "maximum": 4_294_967_295_u32 },
                "from": { "type": "string", "description": "(an IPv4 or IPv6 address)" },
            },
            "required": ["book", "from"],
        })
    );
}
