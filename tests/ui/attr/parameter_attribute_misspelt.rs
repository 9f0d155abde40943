// errors: 5
use tool_runtime::{CallContext, tool};

struct Db;
struct Filter;

/// Look up a customer.
#[tool]
async fn get_customer(#[stat] db: &Db, #[ctx] context: &CallContext) {
    let _ = (db, context.deadline());
}

/// List customers.
#[tool]
async fn list_customers(#[arg(flaten)] by: Filter) {
    let _ = by;
}

/// List orders.
#[tool]
async fn list_orders(#[flatten] by: Filter) {
    let _ = by;
}

/// List tickets.
#[tool]
async fn list_tickets(#[serde(flatten)] by: Filter) {
    let _ = by;
}

fn main() {}
