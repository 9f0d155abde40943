//! A program with tools, as its tests see it, and what a test that fails says.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde::{Deserialize, Serialize};
use tool_runtime::{CallContext, Provide, ToolError, Toolbox, schemars, tool, tools};

/// The state: how many emails went out.
#[derive(Clone, Default, Provide)]
pub(crate) struct App {
    pub(crate) mail: Mail,
}

#[derive(Clone, Default)]
pub(crate) struct Mail {
    pub(crate) sent: Arc<AtomicUsize>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub(crate) struct Customer {
    pub(crate) id: u64,
    pub(crate) name: String,
}

/// Look up a customer.
#[tool(reads("customer:{id}"), retry(attempts = 3))]
pub(crate) async fn get_customer(
    /// The customer's number.
    id: u64,
) -> Result<Customer, ToolError> {
    match id {
        7 => Ok(Customer {
            id,
            name: "Ada".to_owned(),
        }),
        0 => Err(ToolError::internal("the table `customers` is locked")),
        _ => Err(ToolError::new(format!("There is no customer {id}."))),
    }
}

/// Send an email to a customer.
#[tool(writes("customer:{id}/mail"))]
pub(crate) async fn send_email(
    /// The customer's number.
    #[arg(range(min = 1, max = 9))]
    id: u64,
    /// The text.
    #[arg(default = "Hello.")]
    text: String,
    #[state] mail: &Mail,
) -> usize {
    let _ = (id, text);
    mail.sent.fetch_add(1, Ordering::SeqCst) + 1
}

/// Close an account for good.
#[tool(writes("customer:{id}"), destructive, approval)]
pub(crate) async fn close_account(
    /// The customer's number.
    id: u64,
) {
    let _ = id;
}

/// Export all customers.
#[tool(pure)]
pub(crate) fn export_customers() -> String {
    "7,Ada".to_owned()
}

/// Wait until it is told not to.
#[tool(pure)]
pub(crate) async fn watch(#[context] context: &CallContext) -> &'static str {
    context.cancellation().cancelled().await;
    "told to end"
}

pub(crate) fn toolbox() -> Toolbox<App> {
    let tools = tools![
        get_customer,
        send_email,
        close_account,
        export_customers,
        watch
    ];
    Toolbox::<App>::builder().tools(tools).build().unwrap()
}

/// What a test that fails says.
#[track_caller]
pub(crate) fn says(fails: impl FnOnce()) -> String {
    let payload = catch_unwind(AssertUnwindSafe(fails)).expect_err("it should have panicked");
    match payload.downcast::<String>() {
        Ok(text) => *text,
        Err(payload) => (*payload.downcast::<&str>().expect("a text")).to_owned(),
    }
}
