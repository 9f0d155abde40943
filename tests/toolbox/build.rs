//! What `build` refuses, with the places of both tools.

use std::sync::Arc;

use tool_runtime::tool::{Named, Place, Prepared, State, ToolDefinition};
use tool_runtime::{BuildError, CallContext, Content, Tool, Toolbox, tool, tools};

mod billing {
    use tool_runtime::tool;

    /// Looks up a customer.
    #[tool]
    pub(crate) async fn get_customer() {}
}

/// Looks up a customer.
#[tool]
async fn get_customer() {}

/// A tool with a name no macro would let through.
struct Misnamed {}

impl Named for Misnamed {
    const NAME: &'static str = "get customer";
    const PLACE: Place = Place::new("desk.rs", 7);
}

impl<S: State> Tool<S> for Misnamed {
    fn definition(&self) -> ToolDefinition {
        ToolDefinition::new::<Self>("Looks up a customer.")
    }

    fn prepare(&self, _: &str, _: CallContext, _: Arc<S>) -> Prepared {
        Prepared::new(Box::pin(async { Ok(Content::Text(String::new()).into()) }))
    }
}

#[test]
fn one_name_in_two_lists_is_refused_with_both_places() {
    let error = Toolbox::<()>::builder()
        .tools(tools![get_customer])
        .tools(tools![billing::get_customer])
        .build()
        .unwrap_err();
    let BuildError::DuplicateName {
        name,
        first,
        second,
    } = &error
    else {
        panic!("{error}")
    };
    assert_eq!(name, "get_customer");
    let (first, second) = (first.to_string(), second.to_string());
    assert!(first.ends_with("build.rs:17"), "{first}");
    assert!(second.ends_with("build.rs:12"), "{second}");
    assert_eq!(
        error.to_string(),
        format!(
            "two tools are named `get_customer`: at {first} and at {second}; give one another name, with `#[tool(name = \"…\")]` or in its `ToolDefinition`"
        )
    );
}

#[test]
fn a_name_some_provider_refuses_is_refused_with_its_place() {
    let error = Toolbox::new(tools![Misnamed]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the tool name `get customer` at desk.rs:7 is not one every provider takes: 1 to 64 ASCII letters, digits, `_` and `-`, beginning with a letter or `_`"
    );
}

#[tokio::test]
async fn a_toolbox_may_be_empty() {
    let toolbox = Toolbox::new(tools![]).unwrap();
    let report = toolbox.run([support::call("get_customer", "{}")]).await;
    assert_eq!(
        support::texts(&report),
        ["There is no tool named `get_customer`, so nothing was called. There are no tools."]
    );
}

#[test]
fn a_toolbox_shows_its_names() {
    let toolbox = Toolbox::new(tools![get_customer]).unwrap();
    assert_eq!(format!("{toolbox:?}"), r#"Toolbox(["get_customer"])"#);
    assert!(toolbox.warnings().is_empty());
}
