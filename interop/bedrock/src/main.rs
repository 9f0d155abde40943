//! The client you have: the AWS SDK for Rust, with Bedrock's Converse API.
//!
//! It keeps sending the requests and holding the history; tools, calls and results go between it and the toolbox as values. Here a
//! function stands in the model's place.

mod document;
mod scripted;
#[cfg(test)]
mod tests;

use std::error::Error;

use aws_sdk_bedrockruntime::Client;
use aws_sdk_bedrockruntime::operation::converse::ConverseOutput;
use aws_sdk_bedrockruntime::types::{
    ContentBlock, ConversationRole, Message, Tool, ToolConfiguration, ToolInputSchema,
    ToolResultBlock, ToolResultContentBlock, ToolResultStatus, ToolSpecification, ToolUseBlock,
    ToolUseType,
};
use desk::Db;
use document::{from_json, to_json};
use tool_runtime::dialect::Bedrock;
use tool_runtime::{Report, ToolCall, ToolResult, Toolbox};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let toolbox = desk::toolbox()?;
    // Yours is `async |tools, history| ask(&client, tools, history).await`.
    let model = async |_, history: Vec<Message>| scripted::reply(&history);
    let (answer, reports) = converse(model, &toolbox, "What is up with customer 1234?").await?;
    for report in reports {
        println!("{}", report.explain().timeline(80));
    }
    println!("{answer}");
    Ok(())
}

#[expect(
    dead_code,
    reason = "a client needs a connector, which is left out here"
)]
async fn ask(
    client: &Client,
    tools: ToolConfiguration,
    history: Vec<Message>,
) -> Result<ConverseOutput, Box<dyn Error>> {
    let request = client.converse().model_id("anthropic.claude-sonnet-5-5");
    let request = request.tool_config(tools).set_messages(Some(history));
    Ok(request.send().await?)
}

/// Asks until the model calls nothing more: its answer, and what came of the calls of each turn.
async fn converse(
    model: impl AsyncFn(ToolConfiguration, Vec<Message>) -> Result<ConverseOutput, Box<dyn Error>>,
    toolbox: &Toolbox<Db>,
    question: &str,
) -> Result<(String, Vec<Report>), Box<dyn Error>> {
    let tools = tools(toolbox)?;
    let desk = toolbox.bind(Db);
    let question = ContentBlock::Text(question.to_owned());
    let mut history = vec![message(ConversationRole::User, [question])?];
    let mut reports = Vec::new();
    loop {
        // 1. The request, with the tools.
        let response = model(tools.clone(), history.clone()).await?;
        let said = response
            .output()
            .and_then(|output| output.as_message().ok());
        let said = said.ok_or("the response has no message")?;

        // 2. The model's message into the history, before what answers it.
        history.push(said.clone());
        let calls: Vec<_> = said.content().iter().filter_map(call).collect();
        if calls.is_empty() {
            let texts = said
                .content()
                .iter()
                .filter_map(|block| block.as_text().ok());
            return Ok((texts.cloned().collect(), reports));
        }

        // 3. All calls of the turn at once, and one message with a block for each.
        let report = desk.run(calls).await;
        let results: Result<Vec<_>, _> = report.results().iter().map(result).collect();
        history.push(message(ConversationRole::User, results?)?);
        reports.push(report);
    }
}

/// The tools as the client takes them.
///
/// Make them once and send clones: a `Document` keeps members in a `HashMap`, so that each new one is in another order, which would
/// lose the provider's prompt cache.
fn tools(toolbox: &Toolbox<Db>) -> Result<ToolConfiguration, Box<dyn Error>> {
    let mut configuration = ToolConfiguration::builder();
    for tool in toolbox.definitions(Bedrock)? {
        let description = Some(tool.description().to_owned()).filter(|text| !text.is_empty());
        let specification = ToolSpecification::builder()
            .name(tool.name())
            .set_description(description)
            .input_schema(ToolInputSchema::Json(from_json(tool.parameters())))
            // With `definitions(Bedrock.strict())` it is true.
            .set_strict(tool.is_strict().then_some(true))
            .build()?;
        configuration = configuration.tools(Tool::ToolSpec(specification));
    }
    Ok(configuration.build()?)
}

/// The call that a block is, if it is one for us: some the provider runs itself.
fn call(block: &ContentBlock) -> Option<ToolCall> {
    let call: &ToolUseBlock = block.as_tool_use().ok()?;
    let is_ours = call.r#type() != Some(&ToolUseType::ServerToolUse);
    let arguments = to_json(call.input()).to_string();
    is_ours.then(|| ToolCall::new(call.tool_use_id(), call.name(), arguments))
}

/// A block for a call, with the mark if it failed. Of what succeeded nothing is said: some models refuse the mark.
fn result(result: &ToolResult) -> Result<ContentBlock, Box<dyn Error>> {
    // An empty text is refused.
    let text = match result.text() {
        "" => "Done.",
        text => text,
    };
    let block = ToolResultBlock::builder()
        .tool_use_id(result.id())
        .content(ToolResultContentBlock::Text(text.to_owned()))
        .set_status(result.is_error().then_some(ToolResultStatus::Error));
    Ok(ContentBlock::ToolResult(block.build()?))
}

fn message(
    role: ConversationRole,
    content: impl IntoIterator<Item = ContentBlock>,
) -> Result<Message, Box<dyn Error>> {
    let content = content.into_iter().collect();
    let message = Message::builder().role(role).set_content(Some(content));
    Ok(message.build()?)
}
