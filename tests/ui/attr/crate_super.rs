mod desk {
    pub mod runtime {
        pub use tool_runtime::*;
    }
}

mod customers {
    /// Look up a customer.
    #[tool_runtime::tool(crate = super::desk::runtime)]
    pub async fn get_customer() {}
}

fn main() {
    let _ = desk::runtime::Toolbox::new(desk::runtime::tools![customers::get_customer]);
}
