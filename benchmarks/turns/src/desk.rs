//! A customer desk: tools that look things up somewhere else, and three that change something there.
//!
//! Each takes 0.8, 1 or 1.2 times what the desk is given, in the proportion of 400, 500 and 600 ms. A look-up answers with what it
//! found when it began, so that one which ran before a write that stands above it has another answer.

use std::collections::BTreeMap;
use std::sync::{LazyLock, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::sleep;
use tool_runtime::{Toolbox, tool, tools};

/// What can be looked up and changed, and how long that takes.
#[derive(Debug)]
pub struct Desk {
    unit: Duration,
    changed: Mutex<Changed>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changed {
    addresses: BTreeMap<u64, String>,
    refunds: BTreeMap<u64, u64>,
    notes: BTreeMap<u64, Vec<String>>,
}

impl Desk {
    pub fn new(unit: Duration) -> Self {
        Self {
            unit,
            changed: Mutex::default(),
        }
    }

    /// Takes so many tenths of the desk's time, in whole milliseconds, since the paused clock has no others.
    async fn takes(&self, tenths: u64) {
        let ms = (self.unit.as_millis() as u64 * tenths + 5) / 10;
        sleep(Duration::from_millis(ms.max(1))).await;
    }

    fn with<T>(&self, look: impl FnOnce(&mut Changed) -> T) -> T {
        look(&mut self.changed.lock().expect("no panic"))
    }

    /// What was changed so far.
    pub fn changed(&self) -> Changed {
        self.with(|changed| changed.clone())
    }
}

/// List the largest customers, the largest first.
#[tool(reads("customers"))]
async fn list_customers(
    /// At most so many.
    limit: u64,
    #[state] desk: &Desk,
) -> Vec<Value> {
    desk.takes(10).await;
    let customer = |n| json!({"customer_id": 1234 + n, "name": "Ada Lovelace", "yearly_cents": 9_900_000 - n * 1_000});
    (0..limit).map(customer).collect()
}

/// Look up a customer by number.
#[tool(reads("customer:{customer_id}"))]
async fn get_customer(
    /// The customer's number.
    customer_id: u64,
    #[state] desk: &Desk,
) -> Value {
    let moved = desk.with(|changed| changed.addresses.get(&customer_id).cloned());
    desk.takes(8).await;
    let address = moved.unwrap_or_else(|| "12 St James's Square, London".to_owned());
    json!({"id": customer_id, "name": "Ada Lovelace", "plan": "gold", "address": address})
}

/// List a customer's orders, the latest first.
#[tool(reads("orders:{customer_id}"))]
async fn get_orders(
    /// The customer's number.
    customer_id: u64,
    #[state] desk: &Desk,
) -> Value {
    desk.takes(10).await;
    let order = |id, item, cents| json!({"id": id, "customer_id": customer_id, "item": item, "total_cents": cents});
    json!([
        order(77, "analytical engine", 129_900),
        order(71, "punched cards", 4_500),
        order(64, "brass gears", 21_000),
    ])
}

/// List a customer's support tickets.
#[tool(reads("tickets:{customer_id}"))]
async fn get_tickets(
    /// The customer's number.
    customer_id: u64,
    #[state] desk: &Desk,
) -> Value {
    desk.takes(12).await;
    let open = customer_id.is_multiple_of(2);
    json!([{"id": 9, "customer_id": customer_id, "subject": "cards jam", "open": open}])
}

/// List a customer's invoices, the latest first.
#[tool(reads("invoices:{customer_id}"))]
async fn get_invoices(
    /// The customer's number.
    customer_id: u64,
    #[state] desk: &Desk,
) -> Value {
    desk.takes(10).await;
    let invoice =
        |id, cents| json!({"id": id, "customer_id": customer_id, "cents": cents, "paid": true});
    json!([invoice(503, 129_900), invoice(497, 4_500)])
}

/// Look up one order.
#[tool(reads("order:{order_id}"))]
async fn get_order(
    /// The order's number.
    order_id: u64,
    #[state] desk: &Desk,
) -> Value {
    let refunded = desk.with(|changed| changed.refunds.get(&order_id).copied());
    desk.takes(8).await;
    json!({"id": order_id, "total_cents": 4_500, "refunded_cents": refunded.unwrap_or(0), "items": 2})
}

/// Say where an order's parcel is.
#[tool(reads("shipment:{order_id}"))]
async fn get_shipment(
    /// The order's number.
    order_id: u64,
    #[state] desk: &Desk,
) -> Value {
    desk.takes(12).await;
    json!({"order_id": order_id, "carrier": "Royal Mail", "status": "in transit", "city": "Leeds"})
}

/// Search the help pages.
#[tool(reads("help"))]
async fn search_help(
    /// What to look for.
    query: String,
    #[state] desk: &Desk,
) -> Value {
    desk.takes(10).await;
    json!([{"title": format!("About {query}"), "text": "Refunds are paid within five working days to the card that was charged."}])
}

/// Read the notes about a customer.
#[tool(reads("notes:{customer_id}"))]
async fn get_notes(
    /// The customer's number.
    customer_id: u64,
    #[state] desk: &Desk,
) -> Vec<String> {
    let notes = desk.with(|changed| changed.notes.get(&customer_id).cloned());
    desk.takes(8).await;
    notes.unwrap_or_default()
}

/// Add a note about a customer.
#[tool(writes("notes:{customer_id}"))]
async fn add_note(
    /// The customer's number.
    customer_id: u64,
    /// What to note.
    text: String,
    #[state] desk: &Desk,
) {
    desk.takes(10).await;
    desk.with(|changed| changed.notes.entry(customer_id).or_default().push(text));
}

/// Give a customer another address.
#[tool(writes("customer:{customer_id}"))]
async fn set_address(
    /// The customer's number.
    customer_id: u64,
    /// Street, number and city.
    address: String,
    #[state] desk: &Desk,
) {
    desk.takes(12).await;
    desk.with(|changed| changed.addresses.insert(customer_id, address));
}

/// Pay an order back, or a part of it.
#[tool(writes("order:{order_id}"))]
async fn refund_order(
    /// The order's number.
    order_id: u64,
    /// How much.
    cents: u64,
    #[state] desk: &Desk,
) -> String {
    desk.takes(12).await;
    let all = desk.with(|changed| {
        let refunded = changed.refunds.entry(order_id).or_default();
        *refunded += cents;
        *refunded
    });
    format!("Refunded {cents} cents, {all} in all.")
}

/// Built once: a program's toolbox is.
pub fn toolbox() -> &'static Toolbox<Desk> {
    static TOOLBOX: LazyLock<Toolbox<Desk>> = LazyLock::new(|| {
        let tools = tools![
            list_customers,
            get_customer,
            get_orders,
            get_tickets,
            get_invoices,
            get_order,
            get_shipment,
            search_help,
            get_notes,
            add_note,
            set_address,
            refund_order
        ];
        let toolbox = Toolbox::<Desk>::builder().tools(tools).build();
        toolbox.expect("a toolbox")
    });
    &TOOLBOX
}
