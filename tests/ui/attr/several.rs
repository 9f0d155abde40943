// errors: 6
use tool_runtime::{Toolbox, tool, tools};

struct Db;

#[tool(timeout = 5, reads("customer:{custmer_id}"), colour = "red")]
pub fn get_customer(customer_id: u64, #[state] db: Db) -> u64 {
    let _ = db;
    customer_id
}

fn main() {
    let _ = get_customer(7, Db);
    let _ = Toolbox::<Db>::builder().tools(tools![get_customer]).build();
}
