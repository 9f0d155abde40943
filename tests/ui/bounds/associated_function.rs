// errors: 4
use tool_runtime::tool;

struct Desk;

impl Desk {
    /// Look up the customer.
    #[tool]
    async fn get_customer() {}
}

fn main() {
    let _ = Desk::get_customer();
}
