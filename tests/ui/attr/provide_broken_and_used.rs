// errors: 3
use tool_runtime::{Provide, Toolbox, tool, tools};

struct Db;
struct Cache;

#[derive(Provide)]
#[provide(crate = tool_runtime)]
struct App {
    #[provide(hidden)]
    db: Db,
    cache: Cache,
    replica: Cache,
}

/// Look up a customer.
#[tool]
async fn get_customer(#[state] db: &Db, #[state] cache: &Cache) {
    let _ = (db, cache);
}

fn main() {
    let _ = Toolbox::<App>::builder().tools(tools![get_customer]).build();
}
