// errors: 4
use tool_runtime::{CallContext, tool};

struct Db(u64);

/// Pay somebody.
#[tool(approval = *amount > db.0)]
async fn pay_from_state(/** How much. */ amount: u64, #[state] db: &Db) { drop((amount, db)) }

/// Pay somebody.
#[tool(approval = context.attempt() > *amount)]
async fn pay_by_context(/** How much. */ amount: u32, #[context] context: &CallContext) { drop((amount, context)) }

/// Pay somebody.
#[tool(approval(amount))]
async fn pay_listed(/** How much. */ amount: u64) { drop(amount) }

/// Pay somebody.
#[tool(approval = )]
async fn pay_unsaid(/** How much. */ amount: u64) { drop(amount) }

fn main() {}
