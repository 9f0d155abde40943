use std::rc::Rc;

use tool_runtime::tool;

#[derive(Debug)]
struct LookupError(Rc<String>);

impl std::fmt::Display for LookupError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "there is no {}", self.0)
    }
}

impl std::error::Error for LookupError {}

/// Look up the customer.
#[tool(pure)]
async fn get_customer() -> Result<String, LookupError> {
    Err(LookupError(Rc::default()))
}

fn main() {}
