use tool_runtime::Key;

#[derive(Key)]
#[key(rename = "kind")]
enum Kind {
    Savings,
}

fn main() {}
