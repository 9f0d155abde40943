//! A model that makes one call a turn, and the same with a tool that makes several.
//!
//! ```text
//! cargo run --example batch_tool --features testing
//! ```

use std::time::{Duration, Instant};

use serde_json::json;
use tokio::time::sleep;
use tool_runtime::dialect::{Anthropic, Message};
use tool_runtime::testing::{Reply, ScriptedModel};
use tool_runtime::{BatchTool, Toolbox};

/// How long a model is silent before it answers.
const MODEL: Duration = Duration::from_millis(800);

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let toolbox = desk::toolbox()?;
    let about = json!({"customer_id": 1234});
    let one_by_one = ScriptedModel::new(Anthropic)
        .turn(Reply::new().call("get_customer", &about))
        .turn(Reply::new().call("get_orders", &about))
        .turn(Reply::new().call("get_tickets", &about))
        .turn(Reply::new().text("That is all of customer 1234."));
    converse("one call a turn", &toolbox, &one_by_one).await?;

    // The same model, the same tools and one more.
    let toolbox = toolbox.with_batch_tool(BatchTool::new())?;
    let calls = ["get_customer", "get_orders", "get_tickets"];
    let calls = calls.map(|tool| json!({"tool": tool, "arguments": about}));
    let at_once = ScriptedModel::new(Anthropic)
        .turn(Reply::new().call("batch", json!({ "calls": calls })))
        .turn(Reply::new().text("That is all of customer 1234."));
    converse("one call of `batch`", &toolbox, &at_once).await
}

/// The program's loop, which is the same either way.
async fn converse(
    how: &str,
    toolbox: &Toolbox<desk::Db>,
    model: &ScriptedModel,
) -> Result<(), Box<dyn std::error::Error>> {
    let begun = Instant::now();
    let desk = toolbox.bind(desk::Db);
    let question = json!({"role": "user", "content": "What do we know of customer 1234?"});
    let mut history: Vec<Message> = vec![question.into()];
    let mut requests = 0;
    loop {
        requests += 1;
        sleep(MODEL).await;
        let turn = Anthropic.decode(model.respond(&history))?;
        history.extend(turn.messages());
        if turn.calls().is_empty() {
            break;
        }
        let report = desk.run(turn.calls()).await;
        for result in report.results() {
            println!("{}", result.text());
            if let Some(steps) = result.steps() {
                println!("{}", steps.explain());
            }
        }
        history.extend(Anthropic.encode(&report));
    }
    model.finished();
    println!(
        "-- {how}: {requests} requests, {:.1} s\n",
        begun.elapsed().as_secs_f64()
    );
    Ok(())
}
