use tool_runtime::dialect::*;
use tool_runtime::{BatchTool, Toolbox, tool, tools};

/// Look up a customer.
#[tool(reads("customer:{customer_id}"))]
async fn get_customer(
    /// The number.
    customer_id: u64,
    /// Which parts.
    parts: Option<Vec<String>>,
) -> u64 {
    drop(parts);
    customer_id
}

/// Look up an order.
#[tool(reads("order:{id}"))]
async fn get_order(
    /// The number.
    id: u64,
) -> u64 {
    id
}

#[test]
fn smoke() {
    let toolbox = Toolbox::new(tools![get_customer, get_order])
        .unwrap()
        .with_batch_tool(BatchTool::new())
        .unwrap();
    macro_rules! show { ($($d:expr),*) => { $( match toolbox.manifest($d) {
        Ok(manifest) => { println!("== {}\n{}", stringify!($d), manifest.tools()[2].as_str()); for moved in manifest.moved() { println!("   {moved}") } }
        Err(error) => println!("== {}\nERROR {error}", stringify!($d)),
    } )* } }
    show!(
        Anthropic,
        Anthropic.strict(),
        OpenAiChat,
        OpenAiChat.strict(),
        OpenAiResponses,
        OpenAiResponses.strict(),
        Gemini,
        Bedrock,
        Bedrock.strict(),
        Mcp,
        Mistral,
        Mistral.strict(),
        Ollama
    );
}
