use tool_runtime::tool;

struct Db;

/// Look up the customer.
#[tool]
async fn get_customer(
    #[state]
    #[context]
    db: &Db,
) {
    let _ = db;
}

fn main() {}
