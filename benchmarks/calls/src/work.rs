//! What every contender calls: the functions, the calls of a model with their arguments, and what is right.

use std::sync::LazyLock;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tool_runtime::ToolCall;

#[derive(Clone, Serialize)]
pub struct Customer {
    pub id: u64,
    pub name: String,
    pub email: String,
    pub city: String,
    pub vip: bool,
    pub labels: Vec<String>,
}

#[derive(Clone, Deserialize, JsonSchema)]
pub struct Address {
    /// The street and the number of the house.
    pub street: String,
    /// The city.
    pub city: String,
    /// The postal code.
    pub postal_code: String,
    /// The country.
    pub country: String,
}

#[derive(Clone, Deserialize, JsonSchema)]
pub struct Line {
    /// What is ordered.
    pub sku: String,
    /// How many of it.
    pub quantity: u32,
    /// The price of one.
    pub unit_cents: u64,
}

/// The ten fields of an order.
#[derive(Clone, Deserialize, JsonSchema)]
pub struct Order {
    /// The customer's number.
    pub customer_id: u64,
    /// What is ordered.
    pub lines: Vec<Line>,
    /// Where it goes.
    pub address: Address,
    /// The customer's own reference.
    pub reference: String,
    /// The currency.
    pub currency: String,
    /// Whether it is urgent.
    pub express: bool,
    /// Whether it is a gift.
    pub gift: bool,
    /// What the customer has to say.
    pub note: Option<String>,
    /// Codes of coupons.
    pub coupons: Vec<String>,
    /// The discount in percent.
    pub discount: f64,
}

#[derive(Clone, Serialize)]
pub struct Placed {
    pub order_id: u64,
    pub lines: usize,
    pub total_cents: u64,
}

pub async fn add(a: i64, b: i64) -> i64 {
    a + b
}

pub async fn get_customer(customer_id: u64) -> Customer {
    Customer {
        id: customer_id,
        name: "Ada Lovelace".to_owned(),
        email: "ada@example.com".to_owned(),
        city: "London".to_owned(),
        vip: true,
        labels: vec!["eu".to_owned(), "net30".to_owned()],
    }
}

pub async fn place_order(order: Order) -> Placed {
    let total = order.lines.iter();
    Placed {
        order_id: order.customer_id + 1,
        lines: order.lines.len(),
        total_cents: total
            .map(|line| u64::from(line.quantity) * line.unit_cents)
            .sum(),
    }
}

/// 100 KB of prose.
static TEXT: LazyLock<String> = LazyLock::new(|| {
    let sentence = "The customer asked for a refund of the second order and got it. ";
    sentence.repeat(100 * 1024 / sentence.len())
});

pub async fn save_text(text: String) -> usize {
    text.len()
}

pub async fn load_text(_id: u64) -> String {
    TEXT.clone()
}

/// The arguments of the tools that contenders parse into a struct.
pub mod arguments {
    use super::{Deserialize, JsonSchema};

    #[derive(Clone, Deserialize, JsonSchema)]
    pub struct Add {
        /// The first number.
        pub a: i64,
        /// The second number.
        pub b: i64,
    }

    #[derive(Clone, Deserialize, JsonSchema)]
    pub struct GetCustomer {
        /// The customer's number.
        pub customer_id: u64,
    }

    #[derive(Clone, Deserialize, JsonSchema)]
    pub struct SaveText {
        /// The text.
        pub text: String,
    }

    #[derive(Clone, Deserialize, JsonSchema)]
    pub struct LoadText {
        /// The text's number.
        pub id: u64,
    }
}

/// A tool that is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Add,
    GetCustomer,
    PlaceOrder,
    SaveText,
    LoadText,
}

impl Kind {
    pub const ALL: [Self; 5] = [
        Self::Add,
        Self::GetCustomer,
        Self::PlaceOrder,
        Self::SaveText,
        Self::LoadText,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::GetCustomer => "get_customer",
            Self::PlaceOrder => "place_order",
            Self::SaveText => "save_text",
            Self::LoadText => "load_text",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Calls as a model made them.
    pub fn calls(self, count: usize) -> Vec<ToolCall> {
        (0..count).map(|index| self.call(index)).collect()
    }

    fn call(self, index: usize) -> ToolCall {
        let arguments = match self {
            Self::Add => format!(r#"{{"a":{},"b":22}}"#, index % 90 + 10),
            Self::GetCustomer => format!(r#"{{"customer_id":{}}}"#, index % 9_000 + 1_000),
            Self::PlaceOrder => format!(
                r#"{{"customer_id":{},"lines":[{{"sku":"lamp-12","quantity":2,"unit_cents":1999}},{{"sku":"bulb-e27","quantity":8,"unit_cents":349}},{{"sku":"cable-3m","quantity":1,"unit_cents":899}}],"address":{{"street":"12 St James's Square","city":"London","postal_code":"SW1Y 4JH","country":"GB"}},"reference":"PO-2026-118","currency":"EUR","express":false,"gift":true,"note":"Please ring twice.","coupons":["SPRING"],"discount":2.5}}"#,
                index % 9_000 + 1_000
            ),
            Self::SaveText => format!(r#"{{"text":"{}"}}"#, &*TEXT),
            Self::LoadText => format!(r#"{{"id":{}}}"#, index % 90 + 10),
        };
        ToolCall::new(format!("call_{index:05}"), self.name(), arguments)
    }

    /// Whether `text` is the right answer to the call of that index.
    pub fn is_right(self, index: usize, text: &str) -> bool {
        let expected = match self {
            Self::Add => json!(index % 90 + 10 + 22),
            Self::GetCustomer => json!({
                "id": index % 9_000 + 1_000, "name": "Ada Lovelace", "email": "ada@example.com",
                "city": "London", "vip": true, "labels": ["eu", "net30"],
            }),
            Self::PlaceOrder => {
                json!({ "order_id": index % 9_000 + 1_001, "lines": 3, "total_cents": 7689 })
            }
            Self::SaveText => json!(TEXT.len()),
            Self::LoadText => return text == *TEXT,
        };
        serde_json::from_str::<Value>(text).is_ok_and(|value| value == expected)
    }
}
