use tool_runtime::{Toolbox, tool, tools};

struct Db;

mod billing {
    /// List a customer's support tickets.
    #[tool_runtime::tool(reads("tickets:{customer}"))]
    pub async fn get_tickets(
        /// The customer's number.
        customer_id: u64,
        #[state] db: &super::Db,
    ) -> Result<u64, String> {
        let _ = db;
        Ok(customer_id)
    }
}

/// Say hello.
#[tool(pure)]
async fn hello() -> &'static str {
    "hello"
}

async fn both() -> Result<u64, String> {
    hello().await;
    billing::get_tickets(7, &Db).await
}

fn main() {
    let _ = both();
    let tools = tools![hello, billing::get_tickets];
    let _ = Toolbox::<Db>::builder().tools(tools).build();
}
