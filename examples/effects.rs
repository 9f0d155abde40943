//! Calls in order where it matters: a turn of six calls, of which some use the same account.
//!
//! ```text
//! cargo run --example effects
//! ```

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::sleep;
use tool_runtime::batch::OnFailure;
use tool_runtime::{Policy, Report, ToolCall, ToolError, Toolbox, tool, tools};

/// The bank: what each account has.
struct Bank(Mutex<BTreeMap<u64, i64>>);

impl Bank {
    fn change(&self, account: u64, by: i64) -> Result<i64, ToolError> {
        let mut accounts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let has = accounts.entry(account).or_default();
        match *has + by {
            left if left < 0 => {
                Err(ToolError::new(format!("Account {account} has only {has}.")).no_effects())
            }
            left => {
                *has = left;
                Ok(left)
            }
        }
    }
}

/// Pay money into an account.
#[tool(writes("account:{account}"))]
async fn deposit(
    /// The account's number.
    account: u64,
    /// How much.
    amount: u32,
    #[state] bank: &Bank,
) -> Result<i64, ToolError> {
    sleep(Duration::from_millis(200)).await;
    bank.change(account, amount.into())
}

/// Take money out of an account.
#[tool(writes("account:{account}"))]
async fn withdraw(
    /// The account's number.
    account: u64,
    /// How much.
    amount: u32,
    #[state] bank: &Bank,
) -> Result<i64, ToolError> {
    sleep(Duration::from_millis(200)).await;
    bank.change(account, -i64::from(amount))
}

/// Say what an account has.
#[tool(reads("account:{account}"))]
async fn get_balance(
    /// The account's number.
    account: u64,
    #[state] bank: &Bank,
) -> Result<i64, ToolError> {
    sleep(Duration::from_millis(100)).await;
    bank.change(account, 0)
}

/// Say what all accounts have together.
#[tool(reads("account"))]
async fn get_total(#[state] bank: &Bank) -> i64 {
    sleep(Duration::from_millis(100)).await;
    let accounts = bank.0.lock().unwrap_or_else(PoisonError::into_inner);
    accounts.values().sum()
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let toolbox = Toolbox::<Bank>::builder()
        .tools(tools![deposit, withdraw, get_balance, get_total])
        .policy(Policy::default().on_failure(OnFailure::SkipDependents))
        .build()?;
    // As a model writes them: it means them in this order.
    let calls = [
        ("deposit", r#"{"account": 1, "amount": 50}"#),
        ("deposit", r#"{"account": 2, "amount": 10}"#),
        ("get_balance", r#"{"account": 1}"#),
        ("withdraw", r#"{"account": 2, "amount": 70}"#),
        ("get_balance", r#"{"account": 2}"#),
        ("get_total", "{}"),
    ];
    let calls = calls.map(|(name, arguments)| ToolCall::new("", name, arguments));
    let bank = Bank(Mutex::default());
    print(&toolbox.bind(bank).run(calls).await);
    Ok(())
}

fn print(report: &Report) {
    for (index, result) in report.results().iter().enumerate() {
        println!("{index} {:<12} {}", result.name(), result.text());
    }
    let explanation = report.explain();
    println!("\n{}\n\n{explanation}", explanation.timeline(80));
}
