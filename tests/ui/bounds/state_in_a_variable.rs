use tool_runtime::{Toolbox, tool, tools};

struct Db;

/// Look up the customer.
#[tool]
async fn get_customer(#[state] db: &Db) {
    let _ = db;
}

fn main() {
    let list = tools![get_customer];
    let _ = Toolbox::new(list);
}
