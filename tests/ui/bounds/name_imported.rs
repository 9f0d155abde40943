use get_customer::get_customer;

mod get_customer {
    /// Look up the customer.
    #[tool_runtime::tool]
    pub async fn get_customer() {}
}

fn main() {
    let _ = get_customer();
}
