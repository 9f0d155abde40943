// errors: 2
use tool_runtime::tool;

/// Does something.
#[tool(reads("a:{customerId}", "b:{customer}", "c:{customer_id}"))]
async fn run(
    /// A value.
    #[arg(rename = "customerId", alias = "customer")]
    customer_id: u8,
) {
}

fn main() {}
