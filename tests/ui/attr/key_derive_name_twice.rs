#![allow(unreachable_patterns)]

use tool_runtime::Key;

#[derive(Key, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Savings,
    #[serde(rename = "savings")]
    Deposit,
}

fn main() {}
