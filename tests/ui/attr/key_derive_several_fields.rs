use tool_runtime::Key;

#[derive(Key)]
struct Order {
    id: u64,
    account: u64,
}

fn main() {}
