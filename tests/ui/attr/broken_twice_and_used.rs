// errors: 2
use tool_runtime::{Toolbox, tool, tools};

/// Look up a customer.
#[tool(timeout = "5 parsecs")]
async fn get_customer(
    /// The customer's name.
    name: Option<&str>,
) -> String {
    name.unwrap_or_default().to_owned()
}

async fn ada() -> String {
    get_customer(Some("Ada")).await
}

fn main() {
    let _ = ada();
    let _ = Toolbox::new(tools![get_customer]);
}
