//! A `match` that parses into the arguments' type, calls the function and writes the result.

use serde::{Deserialize, Serialize};
use tool_runtime::ToolCall;

use super::by_join_all;
use crate::work::{self, arguments};

pub struct Floor;

fn read<'a, T: Deserialize<'a>>(text: &'a str) -> T {
    serde_json::from_str(text).expect("arguments")
}

fn write(value: impl Serialize) -> String {
    serde_json::to_string(&value).expect("JSON")
}

impl Floor {
    fn tools() -> Self {
        Self
    }

    async fn call(&self, call: &ToolCall) -> String {
        let text = call.arguments();
        match call.name() {
            "add" => {
                let arguments::Add { a, b } = read(text);
                write(work::add(a, b).await)
            }
            "get_customer" => {
                let arguments::GetCustomer { customer_id } = read(text);
                write(work::get_customer(customer_id).await)
            }
            "place_order" => {
                let arguments::PlaceOrder { order } = read(text);
                write(work::place_order(order).await)
            }
            "save_text" => {
                let arguments::SaveText { text } = read(text);
                write(work::save_text(text).await)
            }
            "load_text" => {
                let arguments::LoadText { id } = read(text);
                work::load_text(id).await
            }
            "wait" => write(work::wait(ms(text)).await),
            "compute" => write(work::compute(ms(text)).await),
            "block" => write(work::block(ms(text)).await),
            _ => panic!("no such tool"),
        }
    }

    fn json(&self) -> Option<String> {
        None
    }
}

fn ms(text: &str) -> u64 {
    let arguments::Time { ms } = read(text);
    ms
}

by_join_all!(Floor, "floor", String);
