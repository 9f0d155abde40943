// errors: 2
use tool_runtime::tool;

struct Db;

/// Look up the customer.
#[tool]
async fn get_customer<'a>(#[state] db: &'a Db) {
    let _ = db;
}

fn main() {}
