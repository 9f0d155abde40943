use tool_runtime::{CallContext, tool};

/// Look up the customer.
#[tool(reads("customer:{context}"))]
async fn get_customer(#[context] context: &CallContext) {
    let _ = context;
}

fn main() {}
