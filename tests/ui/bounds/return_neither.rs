// errors: 2
use tool_runtime::tool;

struct Customer;
struct LookupError;

/// Look up a customer.
#[tool]
async fn get_customer() -> Result<Customer, LookupError> {
    Err(LookupError)
}

fn main() {}
