use tool_runtime::tool;

#[derive(Debug)]
struct LookupError;

/// Look up the customer.
#[tool(pure)]
async fn get_customer() -> Result<String, LookupError> {
    Err(LookupError)
}

fn main() {}
