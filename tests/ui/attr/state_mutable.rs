use tool_runtime::tool;

struct Db;

/// Look up the customer.
#[tool]
async fn get_customer(#[state] db: &mut Db) {
    let _ = db;
}

fn main() {}
