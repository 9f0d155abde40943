mod runtime {
    pub use tool_runtime::*;
}

/// Look up a customer.
#[runtime::tool(crate = self::runtime)]
async fn get_customer() {}

fn main() {
    let _ = runtime::Toolbox::new(runtime::tools![get_customer]);
}
