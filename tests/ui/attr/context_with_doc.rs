use tool_runtime::{CallContext, tool};

/// Look up the customer.
#[tool]
async fn get_customer(
    /// The call.
    #[context]
    context: &CallContext,
) {
    let _ = context;
}

fn main() {}
