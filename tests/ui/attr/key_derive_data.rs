use tool_runtime::Key;

#[derive(Key)]
enum Kind {
    Savings,
    Foreign(String),
}

fn main() {}
