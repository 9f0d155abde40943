use tool_runtime::tool;

struct Desk;

impl Desk {
    /// Look up a customer.
    #[tool]
    async fn get_customer(&self) {}
}

fn main() {
    let _ = Desk.get_customer();
}
