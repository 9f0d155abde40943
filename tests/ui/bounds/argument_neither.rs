use tool_runtime::{Toolbox, tool, tools};

struct Db;

/// Look up the customer, with the mark forgotten.
#[tool(pure)]
async fn get_customer(
    /// The database.
    db: Db,
) {
    let _ = db;
}

fn main() {
    let _ = get_customer(Db);
    let _ = Toolbox::new(tools![get_customer]);
}
