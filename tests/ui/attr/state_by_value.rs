use std::sync::Arc;

use tool_runtime::tool;

struct Db;

/// Look up the customer.
#[tool]
async fn get_customer(#[state] db: Arc<Db>) {
    let _ = db;
}

fn main() {}
