use tool_runtime::tool;

struct Db;

/// Look up the customer.
#[tool(reads("customer:{db}"))]
async fn get_customer(#[state] db: &Db) {
    let _ = db;
}

fn main() {}
