// errors: 2
use std::sync::Arc;

use tool_runtime::tool;

struct Db;
struct Mailer;

/// Look up a customer.
#[tool]
async fn get_customer(db: &Db, mailer: Arc<Mailer>) {
    let _ = (db, mailer);
}

fn main() {}
