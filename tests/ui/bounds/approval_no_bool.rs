// errors: 2
use tool_runtime::tool;

/// Pay somebody.
#[tool(approval = amount)]
async fn pay(/** How much. */ amount: u64) { drop(amount) }

fn large(amount: u64) -> bool {
    amount > 100
}

/// Pay somebody.
#[tool(approval = large)]
async fn pay_large(/** How much. */ amount: u64) { drop(amount) }

fn main() {}
