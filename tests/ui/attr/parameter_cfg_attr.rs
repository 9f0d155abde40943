use tool_runtime::tool;

struct Db;

/// List the customers.
#[tool]
async fn list_customers(#[cfg_attr(all(), state)] db: &Db) {
    let _ = db;
}

fn main() {}
