//! A call that a person has to approve of: asked at once, and days later in another process.
//!
//! ```text
//! cargo run --example approval
//! ```

use tool_runtime::approval::{self, ApprovalRequest};
use tool_runtime::batch::{Progressed, SuspendedBatch};
use tool_runtime::{Report, ToolCall, Toolbox, tool, tools};

/// Say what is in the account.
#[tool(reads("account"))]
async fn get_balance() -> u64 {
    900
}

/// Pay somebody.
#[tool(writes("account"), approval = *amount > 100)]
async fn pay(
    /// Whom to pay.
    to: String,
    /// In whole euros.
    amount: u64,
) -> String {
    format!("paid {amount} to {to}")
}

fn calls() -> [ToolCall; 3] {
    [
        ToolCall::new("call_1", "pay", r#"{"to": "Ada", "amount": 7}"#),
        ToolCall::new("call_2", "pay", r#"{"to": "Ada", "amount": 700}"#),
        ToolCall::new("call_3", "get_balance", "{}"),
    ]
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let toolbox = Toolbox::new(tools![get_balance, pay])?;

    println!("Nobody can be asked:");
    show(&toolbox.run(calls()).await);

    println!("\nSomebody is asked while the batch waits:");
    let desk = toolbox.bind(());
    let desk = desk.approved_by(approval::by(|request: ApprovalRequest| async move {
        println!(
            "  may it? {} {}",
            request.call().name(),
            request.arguments()
        );
        Ok(request.deny("That is too much for one day."))
    }));
    show(&desk.run(calls()).await);

    println!("\nNobody waits: the batch becomes bytes, and goes on when somebody has decided:");
    let key = [7; 32]; // a secret of the program's, the same in every process
    let Progressed::Suspended(batch) = toolbox.run(calls()).or_suspend().await else {
        return Err("the second call needs a decision".into());
    };
    let stored = batch.sign(&key);
    println!("  {} bytes to store", stored.len());

    let batch = SuspendedBatch::verify(&stored, &key)?;
    let asked: Vec<String> = batch.pending().map(|call| call.id()).collect();
    let mut decisions = Vec::new();
    for id in &asked {
        decisions.push(batch.request(id)?.approve());
    }
    show(&toolbox.bind(()).resume(batch, decisions)?.await);
    Ok(())
}

fn show(report: &Report) {
    for result in report.results() {
        println!("  {} {:<11} {}", result.id(), result.name(), result.text());
    }
}
