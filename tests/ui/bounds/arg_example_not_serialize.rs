use tool_runtime::tool;

#[derive(serde::Deserialize, schemars::JsonSchema)]
struct Page {
    _number: u8,
}

/// Does something.
#[tool]
async fn run(
    /// A value.
    #[arg(example = Page { _number: 7 })]
    _value: Page,
) {
}

fn main() {}
