use tool_runtime::tool;

struct Db;

/// Look up the customer.
#[tool]
async fn get_customer(#[state] db: &'static Db) {
    let _ = db;
}

fn main() {}
