//! Who may, and who did what: a layer that authorises calls, and one that writes a line of JSON for each.
//!
//! ```text
//! cargo run --example audit
//! ```
//!
//! The turn has one call of each kind: one that is fine, one that is tried twice, one that is not allowed, one that changes what an
//! earlier one reads, one with wrong arguments and one that names no tool. Each has its line, and a result for the model.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use serde::Serialize;
use tokio::time::sleep;
use tool_runtime::layer::{self, Layer, Next, Request};
use tool_runtime::{CallContext, ToolCall, ToolError, ToolResult, Toolbox, tool, tools};

/// The state of a request: who asks.
#[derive(Clone, Debug)]
struct User {
    name: &'static str,
    is_admin: bool,
}

/// Read what an account has.
#[tool(reads("account:{account}"))]
async fn get_balance(
    /// The account's number.
    account: u64,
    #[context] context: &CallContext,
) -> Result<i64, ToolError> {
    sleep(Duration::from_millis(20)).await;
    match (account, context.attempt()) {
        (2, 1) => Err(ToolError::new("The ledger is busy.").retryable()),
        _ => Ok(50),
    }
}

/// Pay money into an account.
#[tool(writes("account:{account}"))]
async fn deposit(
    /// The account's number.
    account: u64,
    /// How much.
    amount: u32,
) -> String {
    sleep(Duration::from_millis(30)).await;
    format!("{amount} paid into account {account}")
}

/// Close an account for good.
#[tool(writes("account:{account}"), destructive)]
async fn close_account(
    /// The account's number.
    account: u64,
) -> String {
    format!("account {account} is closed")
}

/// Lets only administrators destroy anything.
fn authorise() -> impl Layer<User> {
    layer::around(|request: Request<User>, next: Next| async move {
        if request.definition().is_destructive() && !request.state().is_admin {
            return Err(ToolError::denied("only an administrator may do this"));
        }
        next.run().await
    })
}

/// What is kept of a call. The arguments are the model's, so they may say anything; the answer is not kept.
#[derive(Serialize)]
struct Line {
    user: &'static str,
    id: String,
    tool: String,
    arguments: String,
    outcome: &'static str,
    detail: Option<&'static str>,
    effects: String,
    failed_attempts: usize,
    milliseconds: Option<u128>,
    error: Option<String>,
}

impl Line {
    fn of(result: &ToolResult, user: &User) -> Self {
        let outcome = result.outcome();
        Self {
            user: user.name,
            id: result.id().to_owned(),
            tool: result.name().to_owned(),
            arguments: result.call().arguments().to_owned(),
            outcome: outcome.ending.code(),
            detail: outcome.ending.detail(),
            effects: format!("{:?}", outcome.effects).to_lowercase(),
            failed_attempts: result.failed_attempts().len(),
            milliseconds: result
                .span()
                .map(|span| (span.finished - span.started).as_millis()),
            error: result.error().map(ToString::to_string),
        }
    }
}

/// Hands a line on for each result, since whoever finished the call waits for this.
fn audit(lines: mpsc::Sender<Line>) -> impl Layer<User> {
    layer::finished(move |result: &ToolResult, user: &User| {
        let _ = lines.send(Line::of(result, user));
    })
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (lines, written) = mpsc::channel();
    let writer = thread::spawn(move || {
        for line in written {
            // To a file that is only appended to, in a program of yours.
            println!(
                "{}",
                serde_json::to_string(&line).expect("a line has no maps")
            );
        }
    });
    let toolbox = Toolbox::<User>::builder()
        .tools(tools![get_balance, deposit, close_account])
        .layer(audit(lines))
        .layer(authorise())
        .build()?;
    let calls = [
        ("call_1", "get_balance", r#"{"account": 1}"#),
        ("call_2", "get_balance", r#"{"account": 2}"#),
        ("call_3", "close_account", r#"{"account": 3}"#),
        ("call_4", "deposit", r#"{"account": 1, "amount": 70}"#),
        ("call_5", "deposit", r#"{"account": "one"}"#),
        ("call_6", "open_account", "{}"),
    ];
    let calls = calls.map(|(id, name, arguments)| ToolCall::new(id, name, arguments));
    let desk = toolbox.bind(User {
        name: "guest",
        is_admin: false,
    });
    let report = desk.run(calls).await;
    drop((toolbox, desk));
    writer.join().expect("the writer ends with the toolbox");

    println!("\nWhat the model reads:");
    for result in report.results() {
        println!("{}: {}", result.id(), result.text());
    }
    Ok(())
}
