//! What a tool says about itself.

use std::time::Duration;

use tool_runtime::tool::DeclaredEffects;
use tool_runtime::{ToolDefinition, Toolbox, tool, tools};

/// Look up a customer.
///
/// - by number
///   - and only by number
#[tool(reads("customer:{customer_id}", "tenant"), timeout = "2s")]
async fn get_customer(
    /// The customer's number.
    ///   It has four digits.
    customer_id: u64,
) -> u64 {
    customer_id
}

#[tool(
    name = "close-account",
    description = "Closes it.",
    writes("account:{type/}"),
    reads("x")
)]
async fn close_account(
    /** Which. */
    r#type: String,
    #[doc = "Why."] mut reason: Option<String>,
) -> String {
    reason.get_or_insert(r#type).clone()
}

/// Adds.
#[tool(pure)]
async fn add(
    /// A number.
    add: i64,
    #[doc = ""] b: i64,
) -> i64 {
    add + b
}

/// Nothing declared; an empty description is a choice.
#[tool(description = "")]
async fn plain() {}

/// Sets a price.
#[tool(writes("price"), idempotent, retry(attempts = 5), max_concurrency = 4)]
async fn set_price() {}

/// Searches the web.
#[tool(
    title = "Web search",
    open_world,
    strict = false,
    tags("web", "search")
)]
async fn search_web() {}

/// Recalls a note.
#[tool(open_world = false, strict)]
async fn recall() {}

fn definitions() -> Vec<ToolDefinition> {
    let toolbox = Toolbox::new(tools![get_customer, close_account, add, plain]).unwrap();
    toolbox.tools().to_vec()
}

#[test]
fn the_name_is_the_functions_unless_given() {
    let definitions = definitions();
    let names: Vec<&str> = definitions.iter().map(ToolDefinition::name).collect();
    assert_eq!(names, ["get_customer", "close-account", "add", "plain"]);
}

#[test]
fn the_description_is_the_doc_comment_unless_given() {
    let definitions = definitions();
    assert_eq!(
        definitions[0].description(),
        "Look up a customer.\n\n- by number\n  - and only by number"
    );
    assert_eq!(definitions[1].description(), "Closes it.");
    assert_eq!(definitions[3].description(), "");
}

#[test]
fn effects_are_carried_as_declared() {
    let definitions = definitions();
    let effects: Vec<&DeclaredEffects> = definitions.iter().map(ToolDefinition::effects).collect();
    assert_eq!(
        effects,
        [
            &DeclaredEffects::reads(["customer:{customer_id}", "tenant"]),
            &DeclaredEffects::reads(["x"]).and_writes(["account:{type/}"]),
            &DeclaredEffects::Pure,
            &DeclaredEffects::Undeclared,
        ]
    );
}

#[test]
fn the_timeout_is_carried() {
    let timeouts: Vec<Option<Duration>> =
        definitions().iter().map(ToolDefinition::timeout).collect();
    assert_eq!(timeouts, [Some(Duration::from_secs(2)), None, None, None]);
}

#[test]
fn what_is_said_of_attempts_and_of_calls_at_once_is_carried() {
    let toolbox = Toolbox::new(tools![set_price, add]).unwrap();
    let [said, unsaid] = toolbox.tools() else {
        panic!("two tools")
    };
    assert!(said.is_idempotent());
    assert_eq!(said.attempts(), Some(5));
    assert_eq!(said.max_concurrency(), Some(4));
    assert!(!unsaid.is_idempotent());
    assert_eq!(unsaid.attempts(), None);
    assert_eq!(unsaid.max_concurrency(), None);
}

#[test]
fn what_is_said_of_showing_and_offering_is_carried() {
    let toolbox = Toolbox::new(tools![search_web, recall, add]).unwrap();
    let [search, recall, unsaid] = toolbox.tools() else {
        panic!("three tools")
    };
    assert_eq!(search.title(), Some("Web search"));
    assert!(search.tags().eq(["web", "search"]));
    assert_eq!(search.is_open_world(), Some(true));
    assert_eq!(search.is_strict(), Some(false));
    assert_eq!(recall.title(), None);
    assert_eq!(recall.is_open_world(), Some(false));
    assert_eq!(recall.is_strict(), Some(true));
    assert_eq!((unsaid.title(), unsaid.tags().count()), (None, 0));
    assert_eq!((unsaid.is_open_world(), unsaid.is_strict()), (None, None));
}

/// Numbers as another macro hands them over, and tools that change nothing.
#[test]
fn retry_goes_with_what_changes_nothing() {
    macro_rules! looks {
        ($name:ident, $attempts:literal, $calls:expr, $($effects:tt)*) => {
            /// Looks.
            #[tool(retry(attempts = $attempts), max_concurrency = $calls, $($effects)*)]
            async fn $name() {}
        };
    }
    looks!(look, 1, 1, pure);
    looks!(look_up, 100, 4_294_967_294, reads("price"));
    looks!(look_twice, 0x10, 2, pure, idempotent);
    let toolbox = Toolbox::new(tools![look, look_up, look_twice]).unwrap();
    let definitions = toolbox.tools().iter();
    let said = definitions.map(|tool| (tool.attempts(), tool.max_concurrency()));
    assert_eq!(
        said.collect::<Vec<_>>(),
        [
            (Some(1), Some(1)),
            (Some(100), Some(4_294_967_294)),
            (Some(16), Some(2))
        ]
    );
}

#[test]
fn the_place_is_where_the_attribute_stands() {
    let place = definitions()[0].place().to_string();
    assert!(place.ends_with("definition.rs:12"), "{place}");
}

#[test]
fn parameters_stand_in_the_order_of_the_function() {
    let schemas: Vec<String> = definitions()
        .iter()
        .map(|tool| tool.parameters().to_string())
        .collect();
    assert_eq!(
        schemas,
        [
            r#"{"type":"object","properties":{"customer_id":{"type":"integer","description":"The customer's number.\n  It has four digits.","format":"uint64","minimum":0}},"required":["customer_id"],"additionalProperties":false}"#,
            r#"{"type":"object","properties":{"type":{"type":"string","description":"Which."},"reason":{"type":["string","null"],"description":"Why."}},"required":["type"],"additionalProperties":false}"#,
            r#"{"type":"object","properties":{"add":{"type":"integer","description":"A number.","format":"int64"},"b":{"type":"integer","format":"int64"}},"required":["add","b"],"additionalProperties":false}"#,
            r#"{"type":"object","properties":{},"additionalProperties":false}"#,
        ]
    );
}

#[tokio::test]
async fn the_function_is_still_a_function() {
    assert_eq!(get_customer(7).await, 7);
    assert_eq!(close_account("a".to_owned(), None).await, "a");
    assert_eq!(add(1, 2).await, 3);
    plain().await;
}
