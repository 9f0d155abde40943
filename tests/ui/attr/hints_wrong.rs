// errors: 6
use tool_runtime::tool;

/// Look up an invoice.
#[tool(title = Invoice, open_world = "yes", strict(true), tags = "billing")]
async fn get_invoice() {}

/// Pay an invoice.
#[tool(title = " ", tags)]
async fn pay_invoice() {}

fn main() {}
