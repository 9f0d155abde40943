use tool_runtime::{tool, toolset};

struct Desk;
struct Customer;

#[toolset]
impl Desk {
    /// Look.
    #[tool]
    async fn look(&self) -> Customer {
        Customer
    }
}

fn main() {}
