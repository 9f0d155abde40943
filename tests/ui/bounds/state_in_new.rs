use tool_runtime::{Toolbox, tool, tools};

struct Db;

/// Look up the customer.
#[tool]
async fn get_customer(#[state] db: &Db) {
    let _ = db;
}

fn main() {
    let _ = Toolbox::new(tools![get_customer]);
}
