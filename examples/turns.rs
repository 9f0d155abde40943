//! Whether a model makes use of parallel calls: what it is told of them, and what its turns were like.
//!
//! ```text
//! cargo run --example turns              a stored history in which each turn has one call, and the same calls in one turn
//! cargo run --example turns -- FILE      a history of yours, in Anthropic's format
//! ```
//!
//! `desk stats FILE`, of the example `desk`, is the same for every provider.

use tool_runtime::ToolCall;
use tool_runtime::dialect::{Anthropic, Message};
use tool_runtime::turns::Conversation;

use desk::Db;

const SHIPPED: &str = include_str!("fixtures/one_call_a_turn.json");

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let toolbox = desk::toolbox()?;
    println!(
        "For the system prompt:\n\n{}\n",
        toolbox.guidance(Anthropic)
    );

    let stored = match std::env::args().nth(1) {
        Some(file) => std::fs::read_to_string(file)?,
        None => SHIPPED.to_owned(),
    };
    let history = Message::list(&stored)?;
    println!(
        "A history:\n\n{}\n",
        toolbox.turn_stats(&Anthropic.conversation(&history))
    );

    let asked = || Conversation::new().user("Give me the full picture on customer 1234.");
    println!("Its first three calls again, in three turns:\n");
    let mut conversation = asked();
    for call in calls() {
        conversation = conversation.report(&toolbox.bind(Db).run([call]).await);
    }
    println!("{}\n", toolbox.turn_stats(&conversation));

    println!("And in one:\n");
    let report = toolbox.bind(Db).run(calls()).await;
    println!("{}", toolbox.turn_stats(&asked().report(&report)));
    Ok(())
}

fn calls() -> Vec<ToolCall> {
    let names = ["get_customer", "get_orders", "get_tickets"];
    let call = |name: &str| ToolCall::new(name, name, r#"{"customer_id": 1234}"#);
    names.map(call).into()
}
