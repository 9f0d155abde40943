use tool_runtime::{Toolbox, tools};

mod billing {
    /// List the tickets.
    #[tool_runtime::tool]
    async fn get_tickets() {}
}

fn main() {
    let _ = Toolbox::new(tools![billing::get_tickets]);
}
