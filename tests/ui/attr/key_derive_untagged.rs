use tool_runtime::Key;

#[derive(Key, serde::Deserialize)]
#[serde(untagged)]
enum Kind {
    Savings,
}

fn main() {}
