use tool_runtime::{Toolbox, tools};

mod customers {
    /// Look up the customer.
    #[tool_runtime::tool(name = "get")]
    pub async fn get_customer() {}
}

mod billing {
    /// Look up the bill.
    #[tool_runtime::tool(name = "get")]
    pub async fn get_bill() {}
}

fn main() {
    let _ = Toolbox::new(tools![
        customers::get_customer,
        #[cfg(all(unix, windows))]
        customers::get_computer,
        billing::get_bill,
    ]);
}
