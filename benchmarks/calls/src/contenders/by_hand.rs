//! What an engineer writes: a map of closures from `Value` to `Value`, and `join_all`; the same with a spawn for each call.

use std::collections::HashMap;
use std::future::Future;
use std::sync::Arc;

use futures::future::BoxFuture;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tool_runtime::ToolCall;

use super::{Contender, Texts};
use crate::work::{self, arguments};

type Tool = Arc<dyn Fn(Value) -> BoxFuture<'static, Result<Value, String>> + Send + Sync>;

pub struct ByHand {
    tools: HashMap<String, Tool>,
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

impl Contender for ByHand {
    const NAME: &'static str = "hand-written";
    type Answer = String;

    fn new() -> Self {
        let tools: [(_, Tool); 5] = [
            (
                "add",
                tool(|args: arguments::Add| work::add(args.a, args.b)),
            ),
            (
                "get_customer",
                tool(|args: arguments::GetCustomer| work::get_customer(args.customer_id)),
            ),
            ("place_order", tool(work::place_order)),
            (
                "save_text",
                tool(|args: arguments::SaveText| work::save_text(args.text)),
            ),
            (
                "load_text",
                tool(|args: arguments::LoadText| work::load_text(args.id)),
            ),
        ];
        Self {
            tools: tools.map(|(name, tool)| (name.to_owned(), tool)).into(),
        }
    }

    async fn call(&self, call: &ToolCall) -> String {
        text(match self.begin(call) {
            Ok(answer) => answer.await,
            Err(error) => Err(error),
        })
    }
}

pub struct Spawned(ByHand);

impl Contender for Spawned {
    const NAME: &'static str = "hand-written, spawned";
    type Answer = String;

    fn new() -> Self {
        Self(ByHand::new())
    }

    async fn call(&self, call: &ToolCall) -> String {
        self.0.call(call).await
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
