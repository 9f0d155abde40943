//! What every contender calls: the same functions, arguments and results.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[derive(Clone, Serialize, JsonSchema)]
pub struct Customer {
    pub id: u64,
    pub name: String,
    pub email: String,
    pub city: String,
    pub vip: bool,
    pub labels: Vec<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "tools-rs", derive(tools_rs::ToolSchema))]
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

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "tools-rs", derive(tools_rs::ToolSchema))]
pub struct Line {
    /// What is ordered.
    pub sku: String,
    /// How many of it.
    pub quantity: u32,
    /// The price of one.
    pub unit_cents: u64,
}

/// The ten fields of an order.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "tools-rs", derive(tools_rs::ToolSchema))]
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

#[derive(Clone, Serialize, JsonSchema)]
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
pub static TEXT: LazyLock<String> = LazyLock::new(|| {
    let sentence = "The customer asked for a refund of the second order and got it. ";
    sentence.repeat(100 * 1024 / sentence.len())
});

pub async fn save_text(text: String) -> usize {
    text.len()
}

pub async fn load_text(_id: u64) -> String {
    TEXT.clone()
}

/// When the last wait was over, in microseconds since `EPOCH`.
static LAST_WAIT: AtomicU64 = AtomicU64::new(0);

static EPOCH: LazyLock<Instant> = LazyLock::new(Instant::now);

/// When the last wait was over, and forgets it.
pub fn last_wait() -> Instant {
    *EPOCH + Duration::from_micros(LAST_WAIT.swap(0, Ordering::Relaxed))
}

pub async fn wait(ms: u64) -> u64 {
    tokio::time::sleep(Duration::from_millis(ms)).await;
    LAST_WAIT.fetch_max(EPOCH.elapsed().as_micros() as u64, Ordering::Relaxed);
    ms
}

pub async fn compute(ms: u64) -> u64 {
    compute_now(ms)
}

/// Computes for so long.
pub fn compute_now(ms: u64) -> u64 {
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_millis(ms) {
        std::hint::spin_loop();
    }
    ms
}

/// What an async function should not do.
pub async fn block(ms: u64) -> u64 {
    block_now(ms)
}

/// Blocks its thread for so long.
pub fn block_now(ms: u64) -> u64 {
    std::thread::sleep(Duration::from_millis(ms));
    ms
}

/// The arguments of the tools, for contenders who want a struct.
pub mod arguments {
    use super::{Deserialize, JsonSchema, Order, Serialize};

    macro_rules! arguments {
        ($($name:ident { $(#[doc = $doc:literal] $field:ident: $type:ty),* })*) => {$(
            #[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
            pub struct $name {
                $(#[doc = $doc] pub $field: $type),*
            }
        )*};
    }

    arguments! {
        Add {
            /// The first number.
            a: i64,
            /// The second number.
            b: i64
        }
        GetCustomer {
            /// The customer's number.
            customer_id: u64
        }
        PlaceOrder {
            /// The order.
            order: Order
        }
        SaveText {
            /// The text.
            text: String
        }
        LoadText {
            /// The text's number.
            id: u64
        }
        Time {
            /// How long, in milliseconds.
            ms: u64
        }
    }
}
