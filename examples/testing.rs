//! How a program tests its tools, and the loop that calls them, without a model and without a backend.
//!
//! ```text
//! cargo test --example testing --features testing
//! cargo run --example testing --features testing
//! ```

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use serde_json::json;
use tool_runtime::dialect::{Anthropic, Message};
use tool_runtime::testing::{Reply, ScriptedModel};
use tool_runtime::{ToolError, Toolbox, tool, tools};

/// What the shop has.
#[derive(Default)]
struct Stock(Mutex<BTreeMap<String, u32>>);

/// Take goods from the stock.
#[tool(writes("stock:{article}"))]
async fn take(
    /// What to take.
    article: String,
    /// How many.
    count: u32,
    #[state] stock: &Stock,
) -> Result<u32, ToolError> {
    let mut stock = stock.0.lock().unwrap_or_else(PoisonError::into_inner);
    let left = stock.get(&article).copied().unwrap_or(0);
    let left = left.checked_sub(count).ok_or_else(|| {
        ToolError::new(format!("There are only {left} of {article}.")).no_effects()
    })?;
    stock.insert(article, left);
    Ok(left)
}

fn toolbox() -> Toolbox<Stock> {
    let toolbox = Toolbox::<Stock>::builder().tools(tools![take]).build();
    toolbox.expect("the tools of this program are right")
}

fn stock() -> Stock {
    Stock(Mutex::new(
        [("lamp".to_owned(), 3), ("chair".to_owned(), 2)].into(),
    ))
}

/// The loop of the program: asks until there is nothing to call any more. `ask` is its client.
async fn converse(question: &str, ask: impl Fn(&[Message]) -> Vec<u8>) -> Vec<Message> {
    let desk = toolbox().bind(stock());
    let mut history = vec![json!({"role": "user", "content": question}).into()];
    loop {
        let turn = Anthropic.decode(ask(&history)).expect("a response");
        history.extend(turn.messages());
        if turn.calls().is_empty() {
            return history;
        }
        let report = desk.run(turn.calls()).await;
        history.extend(Anthropic.encode(&report));
    }
}

/// A model that asks for too much, reads why that is refused, and asks for less.
fn script() -> ScriptedModel {
    ScriptedModel::new(Anthropic)
        .turn(Reply::new().call("take", json!({"article": "lamp", "count": 5})))
        .turn_from(|results| {
            let few = results[0].text.contains("only 3");
            let count = if few { 3 } else { 0 };
            Reply::new().call("take", json!({"article": "lamp", "count": count}))
        })
        .turn(Reply::new().text("Three lamps are on their way."))
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let model = script();
    for message in converse("Five lamps, please.", |history| model.respond(history)).await {
        println!("{message}");
    }
    model.finished();
}

#[cfg(test)]
mod tests {
    use tool_runtime::testing::{self, Equivalence};

    use super::*;

    #[tokio::test]
    async fn no_more_is_taken_than_there_is() {
        let desk = toolbox().bind(stock());
        let arguments = |count| json!({"article": "lamp", "count": count});
        let left: u32 = testing::call(&desk, "take", arguments(2)).await.ok();
        assert_eq!(left, 1);
        let refused = testing::call(&desk, "take", arguments(2)).await.err();
        assert!(refused.text().contains("There are only 1 of lamp."));
    }

    #[tokio::test]
    async fn the_loop_goes_on_after_a_refusal() {
        let model = script();
        let history = converse("Five lamps, please.", |history| model.respond(history)).await;
        model.finished();
        assert!(
            history
                .last()
                .is_some_and(|last| last.as_str().contains("on their way"))
        );
    }

    #[tokio::test]
    async fn what_is_declared_is_enough_for_any_order() {
        // Two articles, so that there is more than one order in which they may run.
        let calls = [("lamp", 2), ("chair", 1), ("lamp", 2), ("chair", 2)];
        let calls = calls.map(|(article, count)| {
            let arguments = json!({"article": article, "count": count}).to_string();
            tool_runtime::ToolCall::new("", "take", arguments)
        });
        let observe = |stock: &Stock| {
            let stock = stock.0.lock().unwrap_or_else(PoisonError::into_inner);
            stock.clone()
        };
        let checked = Equivalence::of(&toolbox(), stock)
            .observe(observe)
            .batch(calls);
        checked.check().await;
    }
}
