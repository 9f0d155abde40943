// errors: 2
use tool_runtime::tool;

struct Desk;

impl Desk {
    /// Count customers.
    #[tool]
    async fn count_customers(#[state] desk: &Self) -> u64 {
        let _ = desk;
        7
    }
}

trait Counter: Sized {
    /// Count something.
    #[tool]
    fn count() -> Option<Self>;
}

fn main() {
    let _ = Desk::count_customers(&Desk);
}
