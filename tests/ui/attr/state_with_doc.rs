use tool_runtime::tool;

struct Db;

/// Look up the customer.
#[tool]
async fn get_customer(
    /// The database.
    #[state]
    db: &Db,
) {
    let _ = db;
}

fn main() {}
