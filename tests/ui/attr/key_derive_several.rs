// errors: 4
use tool_runtime::Key;

#[derive(Key, serde::Deserialize)]
#[key(name)]
enum Kind {
    Savings(u8),
    #[serde(untagged)]
    Checking { number: u8 },
}

fn main() {}
