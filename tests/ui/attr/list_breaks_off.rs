// errors: 2
use tool_runtime::{Toolbox, tool, tools};

/// Look up a customer.
#[tool]
async fn get_customer() {}

fn main() {
    let _ = Toolbox::new(tools![get_customer, billing::]);
    let _ = Toolbox::new(tools![get_customer, #[cfg(unix)]]);
}
