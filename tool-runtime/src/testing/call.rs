//! One call of one tool.

use std::any::type_name;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::text::nearest;
use crate::tool::error::causes;
use crate::tool::{Content, State, ToolDefinition};
use crate::{Bound, ToolCall, ToolResult};

/// Calls one tool as a model would, through all that the runtime does with a call: its arguments are checked, it needs its approval,
/// its layers and its policy hold.
///
/// The arguments are whatever `serde` makes an object of: `json!({…})`, or a struct of the test's. To send what is no JSON, or several
/// calls, [run](Bound::run) a [`ToolCall`].
///
/// ```
/// use serde_json::json;
/// use tool_runtime::{ToolError, Toolbox, testing, tool, tools};
///
/// /// Find a customer.
/// #[tool(pure)]
/// async fn find_customer(/** The customer's number. */ id: u64) -> Result<Vec<String>, ToolError> {
///     match id {
///         7 => Ok(vec!["Ada".to_owned()]),
///         _ => Err(ToolError::new(format!("There is no customer {id}."))),
///     }
/// }
///
/// # /*
/// #[tokio::test]
/// # */
/// # #[tokio::main(flavor = "current_thread")]
/// async fn a_customer_is_found_by_number() {
///     let desk = Toolbox::new(tools![find_customer]).unwrap().bind(());
///
///     let found: Vec<String> = testing::call(&desk, "find_customer", json!({"id": 7})).await.ok();
///     assert_eq!(found, ["Ada"]);
///
///     let failed = testing::call(&desk, "find_customer", json!({"id": 8})).await.err();
///     assert!(failed.text().contains("There is no customer 8."));
///
///     let refused = testing::call(&desk, "find_customer", json!({"id": "seven"})).await.err();
///     assert_eq!(refused.outcome().ending.code(), "invalid_arguments");
/// }
/// # a_customer_is_found_by_number();
/// ```
///
/// # Panics
///
/// If the toolbox has no tool of that name, or the arguments are nothing that JSON can say: these are mistakes of the test.
#[track_caller]
pub fn call<S: State, A: Serialize>(
    desk: &Bound<S>,
    name: &str,
    arguments: A,
) -> impl Future<Output = Called> + Send + use<S, A> {
    let toolbox = desk.toolbox();
    if !toolbox.has(name) {
        let names = toolbox.tools().iter().map(ToolDefinition::name);
        let meant = match nearest(name, names) {
            Some(near) => format!("; did you mean `{near}`?"),
            None => String::new(),
        };
        panic!("the toolbox has no tool `{name}`{meant}");
    }
    let arguments = match serde_json::to_string(&arguments) {
        Ok(arguments) => arguments,
        Err(error) => panic!("the arguments for `{name}` cannot be written as JSON: {error}"),
    };
    let run = desk.run([ToolCall::new("call_1", name, arguments)]);
    async move { Called(run.await.results()[0].clone()) }
}

/// What became of a [`call`].
#[derive(Clone, Debug)]
#[must_use = "whether the call succeeded is what a test is about: `ok` or `err`"]
pub struct Called(ToolResult);

impl Called {
    /// What the tool answered. A `String` is any answer as the model reads it, `()` that of a tool which returns nothing.
    ///
    /// # Panics
    ///
    /// If the call did not succeed, with what the model reads and, where that is less, what the program knows; or if the answer is
    /// no `T`.
    #[track_caller]
    pub fn ok<T: DeserializeOwned>(self) -> T {
        let result = self.0;
        if result.is_error() {
            panic!(
                "`{}` did not succeed ({}); the model reads: {}{}",
                result.name(),
                result.outcome().ending,
                result.text(),
                untold(&result)
            );
        }
        // Not in a closure, whose panic would be told of this file.
        match read(&result) {
            Ok(answer) => answer,
            Err(problem) => panic!(
                "`{}` answered what is no `{}` ({problem}): {}",
                result.name(),
                type_name::<T>(),
                result.text()
            ),
        }
    }

    /// The result of a call that did not succeed.
    ///
    /// # Panics
    ///
    /// If it succeeded.
    #[track_caller]
    pub fn err(self) -> ToolResult {
        let result = self.0;
        if !result.is_error() {
            panic!(
                "`{}` was to fail, and answered: {}",
                result.name(),
                result.text()
            );
        }
        result
    }

    /// The result, whatever it is.
    pub fn into_result(self) -> ToolResult {
        self.0
    }
}

/// What the program knows of a failure and the model does not read.
fn untold(result: &ToolResult) -> String {
    let said = result.error().map(|error| {
        let said = std::iter::once(error.to_string());
        said.chain(causes(error)).collect()
    });
    let panic = || result.panic_message().map(str::to_owned);
    let said: Vec<String> = said.unwrap_or_else(|| panic().into_iter().collect());
    let untold = said
        .into_iter()
        .filter(|said| !result.text().contains(said));
    let untold: Vec<_> = untold.collect();
    match untold.is_empty() {
        true => String::new(),
        false => format!("\nwhat it does not read: {}", untold.join(": ")),
    }
}

fn read<T: DeserializeOwned>(result: &ToolResult) -> Result<T, serde_json::Error> {
    let of_text = || serde_json::from_value(Value::from(result.text()));
    match result.parts() {
        [Content::Json(json)] => serde_json::from_str(json).or_else(|error| {
            // A `String` is the text of any answer.
            of_text().map_err(|_| error)
        }),
        [Content::Text(text)] if text == "Done." => {
            of_text().or_else(|_| serde_json::from_value(Value::Null))
        }
        // Some tools write JSON themselves.
        [Content::Text(text)] => {
            of_text().or_else(|error| serde_json::from_str(text).map_err(|_| error))
        }
        _ => of_text(),
    }
}
