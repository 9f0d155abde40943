use tool_runtime::{ToolCall, Toolbox, tool, tools};

struct Db;

/// Look up the customer.
#[tool]
async fn get_customer(#[state] db: &Db) {
    let _ = db;
}

fn main() {
    let toolbox = Toolbox::<Db>::builder().tools(tools![get_customer]).build().unwrap();
    let _ = toolbox.run([ToolCall::new("1", "get_customer", "{}")]);
}
