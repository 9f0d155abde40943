use get_customer::{GetCustomer, get_customer};
use tool_runtime::{Toolbox, tools};

mod get_customer {
    /// Look up a customer.
    #[tool_runtime::tool(type = GetCustomer, timeout = 5)]
    pub async fn get_customer() {}
}

fn main() {
    let _ = get_customer();
    let _ = Toolbox::new(tools![GetCustomer]);
}
