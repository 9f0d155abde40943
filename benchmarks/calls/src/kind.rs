//! The calls of a model, and what is right.

use serde_json::{Value, json};
use tool_runtime::ToolCall;

use crate::work::TEXT;

/// A tool that is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Add,
    GetCustomer,
    PlaceOrder,
    SaveText,
    LoadText,
    Wait(u64),
    Compute(u64),
    Block(u64),
}

use Kind::*;

impl Kind {
    /// Those that do not wait.
    pub const ALL: [Self; 5] = [Add, GetCustomer, PlaceOrder, SaveText, LoadText];
    pub const SMALL: [Self; 3] = [Add, GetCustomer, PlaceOrder];

    pub fn name(self) -> &'static str {
        match self {
            Add => "add",
            GetCustomer => "get_customer",
            PlaceOrder => "place_order",
            SaveText => "save_text",
            LoadText => "load_text",
            Wait(_) => "wait",
            Compute(_) => "compute",
            Block(_) => "block",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Calls as a model made them.
    pub fn calls(self, count: usize) -> Vec<ToolCall> {
        (0..count).map(|index| self.call(index)).collect()
    }

    pub fn call(self, index: usize) -> ToolCall {
        let arguments = match self {
            Add => format!(r#"{{"a":{},"b":22}}"#, index % 90 + 10),
            GetCustomer => format!(r#"{{"customer_id":{}}}"#, index % 9_000 + 1_000),
            PlaceOrder => order(index % 9_000 + 1_000),
            SaveText => format!(r#"{{"text":"{}"}}"#, &*TEXT),
            LoadText => format!(r#"{{"id":{}}}"#, index % 90 + 10),
            Wait(ms) | Compute(ms) | Block(ms) => format!(r#"{{"ms":{ms}}}"#),
        };
        ToolCall::new(format!("call_{index:05}"), self.name(), arguments)
    }

    /// Whether `text` is the right answer to the call of that index.
    pub fn is_right(self, index: usize, text: &str) -> bool {
        let expected = match self {
            Add => json!(index % 90 + 10 + 22),
            GetCustomer => json!({
                "id": index % 9_000 + 1_000, "name": "Ada Lovelace", "email": "ada@example.com",
                "city": "London", "vip": true, "labels": ["eu", "net30"],
            }),
            PlaceOrder => {
                json!({ "order_id": index % 9_000 + 1_001, "lines": 3, "total_cents": 7689 })
            }
            SaveText => json!(TEXT.len()),
            LoadText => return text == *TEXT,
            Wait(ms) | Compute(ms) | Block(ms) => json!(ms),
        };
        serde_json::from_str::<Value>(text).is_ok_and(|value| value == expected)
    }
}

/// An order of ten fields.
fn order(customer_id: usize) -> String {
    format!(
        concat!(
            r#"{{"order":{{"customer_id":{},"lines":[{{"sku":"lamp-12","quantity":2,"unit_cents":1999}},"#,
            r#"{{"sku":"bulb-e27","quantity":8,"unit_cents":349}},{{"sku":"cable-3m","quantity":1,"unit_cents":899}}],"#,
            r#""address":{{"street":"12 St James's Square","city":"London","postal_code":"SW1Y 4JH","country":"GB"}},"#,
            r#""reference":"PO-2026-118","currency":"EUR","express":false,"gift":true,"note":"Please ring twice.","#,
            r#""coupons":["SPRING"],"discount":2.5}}}}"#
        ),
        customer_id
    )
}
