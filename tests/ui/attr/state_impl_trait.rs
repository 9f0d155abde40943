use tool_runtime::tool;

/// Look up a customer.
#[tool]
async fn get_customer(#[state] db: &impl Send) {
    let _ = db;
}

fn main() {}
