//! Two tools that end as they are asked to, and two for what only some can come to.

use std::sync::OnceLock;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::json;
use tool_runtime::{Bound, CallContext, ToolError, Toolbox, layer, tool, tools};

/// How a call is to end: a word instead of what a tool would find out.
#[derive(JsonSchema)]
#[schemars(with = "String")]
pub(crate) struct How(String);

impl<'de> Deserialize<'de> for How {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let how = String::deserialize(deserializer)?;
        match how.as_str() {
            "panics when read" => panic!("a secret"),
            "is read slowly" => std::thread::sleep(Duration::from_millis(200)),
            _ => {}
        }
        Ok(Self(how))
    }
}

pub(crate) enum Customer {
    Known { id: u64 },
    Unwritable,
}

impl Serialize for Customer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Known { id } => json!({ "id": id, "name": "Ada" }).serialize(serializer),
            Self::Unwritable => Err(serde::ser::Error::custom("key must be a string")),
        }
    }
}

async fn end(how: &str, id: u64, context: &CallContext) -> Result<Customer, ToolError> {
    let source = || std::io::Error::other("connection to db-7 refused");
    Err(match how {
        "answers" => return Ok(Customer::Known { id }),
        "unwritable" => return Ok(Customer::Unwritable),
        "panics" => panic!("a secret"),
        "hangs" => std::future::pending().await,
        "ends when told" => {
            context.cancellation().cancelled().await;
            return Ok(Customer::Known { id });
        }
        "fails" => ToolError::new("The account is locked.").with_source(source()),
        "changed nothing" => ToolError::new("The account is locked.").no_effects(),
        "permanent" => ToolError::new("The account is closed.").permanent(),
        "retryable" => ToolError::new("The backend is busy.").retryable(),
        "retry after" => {
            ToolError::new("The backend is busy.").retry_after(Duration::from_secs(300))
        }
        "busy once" if context.attempt() == 1 => ToolError::new("The backend is busy.").retryable(),
        "details" => ToolError::new("The name is taken.").with_details(json!({"free": ["ada2"]})),
        "silent" => ToolError::new(""),
        "internal" => ToolError::internal(source()),
        "internal, retryable" => ToolError::internal(source()).retryable(),
        "overloaded" => ToolError::overloaded("100 calls a minute are made already"),
        how => ToolError::new(format!("no way {how}")),
    })
}

/// Look up a customer.
#[tool(reads("customer:{id}"))]
pub(crate) async fn get_customer(
    /// The customer's number.
    id: u64,
    /// How it ends.
    #[arg(default = How("answers".into()))]
    how: How,
    #[context] context: &CallContext,
) -> Result<Customer, ToolError> {
    end(&how.0, id, context).await
}

/// Close a customer's account.
#[tool(writes("customer:{id}"), idempotent)]
pub(crate) async fn close_account(
    /// The customer's number.
    id: u64,
    /// How it ends.
    how: How,
    #[context] context: &CallContext,
) -> Result<Customer, ToolError> {
    end(&how.0, id, context).await
}

/// Note something; nobody says what it touches.
#[tool]
pub(crate) async fn take_note(
    /// How it ends.
    how: How,
    #[context] context: &CallContext,
) -> Result<Customer, ToolError> {
    end(&how.0, 7, context).await
}

/// Keep a thread for a while.
#[tool(writes("export"), timeout = "20ms")]
pub(crate) fn export_customers() {
    std::thread::sleep(Duration::from_millis(300));
}

/// What `ask_around` runs its calls with: a toolbox cannot be in its own state.
pub(crate) static AROUND: OnceLock<Bound<()>> = OnceLock::new();

/// Run a batch inside of the call.
#[tool(pure)]
pub(crate) async fn ask_around() -> String {
    let desk = AROUND.get().expect("a desk");
    let inside = support::call("get_customer", r#"{"id": 7}"#);
    let report = desk.run([inside]).await;
    serde_json::to_string(&report).expect("a report can be stored")
}

/// All of them, under a guard that stands for whoever authorises calls.
pub(crate) fn toolbox() -> Toolbox<()> {
    let guard = layer::around(|request: layer::Request<()>, next| async move {
        let context = request.context();
        match context.call().id() {
            "denied" => Err(ToolError::denied("Only an administrator may do this.")),
            "denied later" if context.attempt() > 1 => {
                Err(ToolError::denied("Office hours are over."))
            }
            _ => next.run().await,
        }
    });
    Toolbox::<()>::builder()
        .tools(tools![
            get_customer,
            close_account,
            take_note,
            export_customers,
            ask_around
        ])
        .layer(guard)
        .build()
        .expect("the tools have names of their own")
}
