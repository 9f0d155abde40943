use tool_runtime::Key;

#[derive(Key, serde::Deserialize)]
#[serde(rename_all = "lowercase", try_from = "u8")]
enum Kind {
    Savings,
}

impl TryFrom<u8> for Kind {
    type Error = &'static str;

    fn try_from(_: u8) -> Result<Self, Self::Error> {
        Ok(Self::Savings)
    }
}

fn main() {}
