//! A map of boxed closures from text to text: what a framework with types cannot do without.

use std::collections::HashMap;
use std::future::Future;

use futures::future::BoxFuture;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tool_runtime::ToolCall;

use super::by_join_all;
use crate::work::{self, arguments};

type Tool = Box<dyn Fn(&str) -> Result<Answer, String> + Send + Sync>;
type Answer = BoxFuture<'static, Result<String, String>>;

pub struct TypedErased {
    tools: HashMap<&'static str, Tool>,
}

/// A tool whose answer is written as JSON.
fn json<A, T, F>(run: impl Fn(A) -> F + Copy + Send + Sync + 'static) -> Tool
where
    A: DeserializeOwned,
    T: Serialize,
    F: Future<Output = T> + Send + 'static,
{
    Box::new(move |text| {
        let answer = run(serde_json::from_str(text).map_err(|error| error.to_string())?);
        Ok(Box::pin(async move {
            serde_json::to_string(&answer.await).map_err(|error| error.to_string())
        }))
    })
}

/// A tool whose answer is a text already.
fn text<A, F>(run: impl Fn(A) -> F + Copy + Send + Sync + 'static) -> Tool
where
    A: DeserializeOwned,
    F: Future<Output = String> + Send + 'static,
{
    Box::new(move |text| {
        let answer = run(serde_json::from_str(text).map_err(|error| error.to_string())?);
        Ok(Box::pin(async move { Ok(answer.await) }))
    })
}

impl TypedErased {
    fn tools() -> Self {
        let tools: [(_, Tool); 8] = [
            (
                "add",
                json(|args: arguments::Add| work::add(args.a, args.b)),
            ),
            (
                "get_customer",
                json(|args: arguments::GetCustomer| work::get_customer(args.customer_id)),
            ),
            (
                "place_order",
                json(|args: arguments::PlaceOrder| work::place_order(args.order)),
            ),
            (
                "save_text",
                json(|args: arguments::SaveText| work::save_text(args.text)),
            ),
            (
                "load_text",
                text(|args: arguments::LoadText| work::load_text(args.id)),
            ),
            ("wait", json(|args: arguments::Time| work::wait(args.ms))),
            (
                "compute",
                json(|args: arguments::Time| work::compute(args.ms)),
            ),
            ("block", json(|args: arguments::Time| work::block(args.ms))),
        ];
        Self {
            tools: tools.into(),
        }
    }

    async fn call(&self, call: &ToolCall) -> String {
        let answer = match self.tools.get(call.name()) {
            Some(tool) => match tool(call.arguments()) {
                Ok(answer) => answer.await,
                Err(error) => Err(error),
            },
            None => Err(format!("there is no tool `{}`", call.name())),
        };
        answer.unwrap_or_else(|error| format!("error: {error}"))
    }

    fn json(&self) -> Option<String> {
        None
    }
}

by_join_all!(TypedErased, "typed-erased", String);
