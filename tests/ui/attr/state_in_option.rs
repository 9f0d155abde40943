use tool_runtime::tool;

struct Db;

/// Look up a customer.
#[tool]
async fn get_customer(#[state] db: Option<&Db>) {
    let _ = db;
}

fn main() {}
