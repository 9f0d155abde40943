use tool_runtime::Key;

#[derive(Key, serde::Deserialize)]
#[serde(from = "bool")]
enum Kind {
    Savings,
    Checking,
}

impl From<bool> for Kind {
    fn from(savings: bool) -> Self {
        if savings { Self::Savings } else { Self::Checking }
    }
}

fn main() {}
