use std::rc::Rc;

use tool_runtime::tool;

/// Look up the customer.
#[tool(pure)]
async fn get_customer() -> u64 {
    let number = Rc::new(7);
    std::future::ready(()).await;
    *number
}

fn main() {}
