use tool_runtime::{CallContext, tool};

/// Look up the customer.
#[tool]
async fn get_customer(#[context] context: &'static CallContext) {
    let _ = context;
}

fn main() {}
