//! What the model can do at the desk.
//!
//! All tools are plain functions, since SQLite blocks: each call has a thread of its own. What each touches is declared, so calls of one
//! turn that use the same parcel, order or customer keep their order, and all others run at once.

use rusqlite::{Row, params};
use serde::Serialize;
use tool_runtime::{BuildError, ToolError, Toolbox, tool, tools};

use crate::desk::Desk;

#[derive(Serialize)]
struct Customer {
    id: i64,
    name: String,
    plan: String,
}

#[derive(Serialize)]
struct Order {
    id: i64,
    item: String,
    total_cents: i64,
    refunded_cents: i64,
    parcel: String,
}

#[derive(Serialize)]
struct Ticket {
    id: i64,
    subject: String,
}

#[derive(Serialize)]
struct Parcel {
    id: String,
    status: String,
}

/// Look up a customer by number.
#[tool(reads("customer:{customer_id}"))]
fn get_customer(
    /// The customer's number.
    customer_id: i64,
    #[state] desk: &Desk,
) -> Result<Customer, ToolError> {
    desk.row(
        "SELECT id, name, plan FROM customers WHERE id = ?1",
        [customer_id],
        |row| {
            Ok(Customer {
                id: row.get(0)?,
                name: row.get(1)?,
                plan: row.get(2)?,
            })
        },
        format!("There is no customer {customer_id}. Numbers have four digits, such as 1234."),
    )
}

/// List a customer's orders, the latest first. Each has its parcel.
#[tool(reads("orders"))]
fn get_orders(
    /// The customer's number.
    customer_id: i64,
    #[state] desk: &Desk,
) -> Result<Vec<Order>, ToolError> {
    desk.rows(
        "SELECT id, item, total_cents, refunded_cents, parcel FROM orders WHERE customer_id = ?1 ORDER BY id DESC",
        [customer_id],
        order,
    )
}

/// List a customer's open tickets.
#[tool(reads("tickets:{customer_id}"))]
fn get_tickets(
    /// The customer's number.
    customer_id: i64,
    #[state] desk: &Desk,
) -> Result<Vec<Ticket>, ToolError> {
    desk.rows(
        "SELECT id, subject FROM tickets WHERE customer_id = ?1",
        [customer_id],
        ticket,
    )
}

/// Open a ticket for a customer. Answers with the ticket.
#[tool(writes("tickets:{customer_id}"))]
fn open_ticket(
    /// The customer's number.
    customer_id: i64,
    /// What is wrong, in one sentence.
    #[arg(length(min = 3, max = 200))]
    subject: &str,
    #[state] desk: &Desk,
) -> Result<Ticket, ToolError> {
    desk.row(
        "INSERT INTO tickets (customer_id, subject) SELECT id, ?2 FROM customers WHERE id = ?1 RETURNING id, subject",
        params![customer_id, subject],
        ticket,
        format!("There is no customer {customer_id}."),
    )
}

/// Say where a parcel is.
#[tool(reads("parcel:{parcel}"))]
fn track_parcel(
    /// The parcel's number, such as P-12.
    parcel: &str,
    #[state] desk: &Desk,
) -> Result<Parcel, ToolError> {
    desk.row(
        "SELECT id, status FROM parcels WHERE id = ?1",
        [parcel],
        self::parcel,
        format!("There is no parcel {parcel}. Numbers are written as P-12."),
    )
}

/// Have a lost parcel searched for. Answers with the parcel.
#[tool(writes("parcel:{parcel}"))]
fn search_parcel(
    /// The parcel's number, such as P-12.
    parcel: &str,
    #[state] desk: &Desk,
) -> Result<Parcel, ToolError> {
    desk.row(
        "UPDATE parcels SET status = 'lost, is being searched for' WHERE id = ?1 AND status = 'lost' RETURNING id, status",
        [parcel],
        self::parcel,
        format!("Parcel {parcel} is not lost, or is being searched for already; `track_parcel` says which."),
    )
}

/// Pay money for an order back. More than 50.00 needs somebody's approval.
#[tool(writes("orders"), approval = *cents > 5_000)]
fn refund_order(
    /// The order's number.
    order_id: i64,
    /// How much, in cents.
    #[arg(range(min = 1))]
    cents: i64,
    #[state] desk: &Desk,
) -> Result<Order, ToolError> {
    desk.row(
        "UPDATE orders SET refunded_cents = refunded_cents + ?2 WHERE id = ?1 AND refunded_cents + ?2 <= total_cents
         RETURNING id, item, total_cents, refunded_cents, parcel",
        [order_id, cents],
        order,
        format!("There is no order {order_id} of which {cents} cents are left to be paid back; `get_orders` says what is."),
    )
}

fn order(row: &Row<'_>) -> rusqlite::Result<Order> {
    Ok(Order {
        id: row.get(0)?,
        item: row.get(1)?,
        total_cents: row.get(2)?,
        refunded_cents: row.get(3)?,
        parcel: row.get(4)?,
    })
}

fn ticket(row: &Row<'_>) -> rusqlite::Result<Ticket> {
    Ok(Ticket {
        id: row.get(0)?,
        subject: row.get(1)?,
    })
}

fn parcel(row: &Row<'_>) -> rusqlite::Result<Parcel> {
    Ok(Parcel {
        id: row.get(0)?,
        status: row.get(1)?,
    })
}

/// All of them over a [`Desk`]: made once in a process.
pub(crate) fn toolbox() -> Result<Toolbox<Desk>, BuildError> {
    Toolbox::<Desk>::builder()
        .tools(tools![
            get_customer,
            get_orders,
            get_tickets,
            open_ticket,
            track_parcel,
            search_parcel,
            refund_order
        ])
        .build()
}
