//! What an engineer writes: a map of closures from `Value` to `Value`, and `join_all`; the same with a spawn for each call.

use std::collections::HashMap;
use std::future::Future;
use std::sync::Arc;

use futures::future::BoxFuture;
use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tool_runtime::ToolCall;

use super::{Contender, Texts, by_join_all};
use crate::work::{self, arguments};

type Tool = Arc<dyn Fn(Value) -> BoxFuture<'static, Result<Value, String>> + Send + Sync>;

pub struct ByHand {
    tools: HashMap<String, Tool>,
    /// For each request they are written anew.
    manifest: Vec<Value>,
}

fn manifest() -> Vec<Value> {
    fn tool<A: JsonSchema>(name: &str, description: &str) -> Value {
        json!({ "name": name, "description": description, "input_schema": schemars::schema_for!(A) })
    }
    vec![
        tool::<arguments::Add>("add", "Adds two numbers."),
        tool::<arguments::GetCustomer>("get_customer", "Looks up a customer."),
        tool::<arguments::PlaceOrder>("place_order", "Places an order."),
        tool::<arguments::SaveText>("save_text", "Saves a text."),
        tool::<arguments::LoadText>("load_text", "Loads a text."),
        tool::<arguments::Time>("wait", "Waits."),
        tool::<arguments::Time>("compute", "Computes."),
        tool::<arguments::Time>("block", "Blocks its thread."),
    ]
}

fn tool<A, T, F>(run: impl Fn(A) -> F + Copy + Send + Sync + 'static) -> Tool
where
    A: DeserializeOwned + Send,
    T: Serialize,
    F: Future<Output = T> + Send,
{
    Arc::new(move |arguments| {
        Box::pin(async move {
            let arguments = serde_json::from_value(arguments).map_err(|error| error.to_string())?;
            let answer = run(arguments).await;
            serde_json::to_value(answer).map_err(|error| error.to_string())
        })
    })
}

impl ByHand {
    fn tools() -> Self {
        let tools: [(_, Tool); 8] = [
            (
                "add",
                tool(|args: arguments::Add| work::add(args.a, args.b)),
            ),
            (
                "get_customer",
                tool(|args: arguments::GetCustomer| work::get_customer(args.customer_id)),
            ),
            (
                "place_order",
                tool(|args: arguments::PlaceOrder| work::place_order(args.order)),
            ),
            (
                "save_text",
                tool(|args: arguments::SaveText| work::save_text(args.text)),
            ),
            (
                "load_text",
                tool(|args: arguments::LoadText| work::load_text(args.id)),
            ),
            ("wait", tool(|args: arguments::Time| work::wait(args.ms))),
            (
                "compute",
                tool(|args: arguments::Time| work::compute(args.ms)),
            ),
            ("block", tool(|args: arguments::Time| work::block(args.ms))),
        ];
        Self {
            tools: tools.map(|(name, tool)| (name.to_owned(), tool)).into(),
            manifest: manifest(),
        }
    }

    async fn call(&self, call: &ToolCall) -> String {
        text(match self.begin(call) {
            Ok(answer) => answer.await,
            Err(error) => Err(error),
        })
    }

    fn json(&self) -> Option<String> {
        Some(serde_json::to_string(&self.manifest).expect("JSON"))
    }

    fn begin(&self, call: &ToolCall) -> Result<BoxFuture<'static, Result<Value, String>>, String> {
        let Some(tool) = self.tools.get(call.name()) else {
            return Err(format!("there is no tool `{}`", call.name()));
        };
        let arguments = serde_json::from_str(call.arguments());
        Ok(tool(arguments.map_err(|error| error.to_string())?))
    }
}

fn text(answer: Result<Value, String>) -> String {
    match answer {
        Ok(Value::String(text)) => text,
        Ok(value) => value.to_string(),
        Err(error) => format!("error: {error}"),
    }
}

by_join_all!(ByHand, "hand-written", String);

pub struct Spawned(ByHand);

impl Contender for Spawned {
    const NAME: &'static str = "hand-written, spawned";
    type Answer = String;

    fn new() -> Self {
        Self(ByHand::tools())
    }

    async fn single(&self, call: ToolCall) -> String {
        self.0.call(&call).await
    }

    async fn batch(this: Arc<Self>, calls: Vec<ToolCall>) -> impl Texts {
        let tasks: Vec<_> = calls
            .iter()
            .map(|call| this.0.begin(call).map(tokio::spawn))
            .collect();
        let mut texts = Vec::with_capacity(tasks.len());
        for task in tasks {
            texts.push(text(match task {
                Ok(task) => task.await.unwrap_or_else(|error| Err(error.to_string())),
                Err(error) => Err(error),
            }));
        }
        texts
    }
}
