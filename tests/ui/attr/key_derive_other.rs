use tool_runtime::Key;

#[derive(Key, serde::Deserialize)]
#[serde(tag = "kind")]
enum Kind {
    Savings,
    #[serde(rename = "rest", other)]
    Rest,
}

fn main() {}
