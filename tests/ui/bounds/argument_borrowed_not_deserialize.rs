use tool_runtime::tool;

struct Db;

/// Look up a customer.
#[tool(pure)]
async fn get_customer(
    /// The state's attribute was forgotten.
    db: &Db,
) {
    let _ = db;
}

fn main() {}
