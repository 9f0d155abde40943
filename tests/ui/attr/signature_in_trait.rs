use tool_runtime::tool;

trait Desk {
    /// Look up a customer.
    #[tool]
    fn get_customer(&self) -> String;
}

struct Counter;

impl Desk for Counter {
    fn get_customer(&self) -> String {
        String::new()
    }
}

fn main() {}
