mod app {
    pub struct App;
}
use tool_runtime::tool;

struct Db;

/// Looks up a customer.
#[tool(discover = app::App)]
async fn get_customer(#[state] _db: &Db) {}

fn main() {}
