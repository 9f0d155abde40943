use tool_runtime::{Toolbox, tool, tools};

struct Db;
struct App;

/// Look up the customer.
#[tool]
async fn get_customer(#[state] db: &Db) {
    let _ = db;
}

fn main() {
    let toolbox = Toolbox::<Db>::builder().tools(tools![get_customer]).build();
    let _ = toolbox.map(|toolbox| toolbox.bind(App));
}
