use tool_runtime::Key;

#[derive(Key, serde::Deserialize)]
enum Kind {
    Savings,
    #[serde(untagged)]
    Checking,
}

fn main() {}
