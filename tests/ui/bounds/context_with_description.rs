use tool_runtime::{CallContext, tool};

/// Look up a customer.
#[tool]
async fn get_customer(
    /// The call.
    context: &CallContext,
) {
    let _ = context.deadline();
}

fn main() {}
