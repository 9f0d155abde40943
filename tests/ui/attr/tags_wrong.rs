// errors: 6
use tool_runtime::tool;

/// Look up an invoice.
#[tool(tags("billing", billing, "", "billing"))]
async fn get_invoice() {}

/// Pay an invoice.
#[tool(tags(), tags("billing" "support"))]
async fn pay_invoice() {}

/// Send an invoice.
#[tool(tags("billing"), tags("support"))]
async fn send_invoice() {}

fn main() {}
