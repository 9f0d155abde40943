// errors: 2
use tool_runtime::{Provide, Toolbox, tool, tools};

struct Db;

#[derive(Provide)]
#[provide(crate = crate::runtime)]
struct App {
    db: Db,
}

/// Look up a customer.
#[tool(crate = ::tool_runtime::inner)]
async fn get_customer(
    /// The customer's number.
    customer_id: u64,
    #[state] db: &Db,
) -> Result<u64, String> {
    let _ = db;
    Ok(customer_id)
}

fn main() {
    let app = App { db: Db };
    let toolbox = Toolbox::<App>::builder().tools(tools![get_customer]);
    let _ = toolbox.build().unwrap().bind(app);
}
