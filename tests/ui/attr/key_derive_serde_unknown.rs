use tool_runtime::Key;

#[derive(Key, serde::Deserialize)]
#[serde(rename_all = "lower")]
enum Kind {
    Savings,
}

fn main() {}
