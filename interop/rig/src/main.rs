//! The client you have: rig, of which only the completion models are needed, and not its agents.
//!
//! It keeps sending the requests and holding the history; tools, calls and results go between it and the toolbox as values.

use std::error::Error;

use desk::Db;
use rig_core::DynModel;
use rig_core::completion::message::{self, EmptyToolName, Message, ToolName, ToolResultContent};
use rig_core::completion::{CompletionRequest, ToolDefinition};
use rig_core::operation::Completion;
use rig_core::providers::openai::OpenAIConfig;
use scripted_server::{OPENAI_CHAT, Server};
use tool_runtime::dialect::{OpenAiChat, RequestFormat};
use tool_runtime::{Report, ToolCall, Toolbox};

#[cfg(test)]
mod tests;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // In the provider's place: yours is `OpenAI::from_env()?`.
    let server = Server::start(OPENAI_CHAT).await?;
    let openai = OpenAIConfig::new("not needed").with_base_url(server.url());
    let model = openai.client().chat("gpt-5.5").erase();
    let toolbox = desk::toolbox()?;
    let tools = tools(&toolbox, OpenAiChat)?;
    let (answer, reports) =
        converse(&model, &toolbox, tools, "What is up with customer 1234?").await?;
    for report in reports {
        println!("{}", report.explain().timeline(80));
    }
    println!("{answer}");
    Ok(())
}

/// Asks until the model calls nothing more: its answer, and what came of the calls of each turn.
async fn converse(
    model: &DynModel<Completion>,
    toolbox: &Toolbox<Db>,
    tools: Vec<ToolDefinition>,
    question: &str,
) -> Result<(String, Vec<Report>), Box<dyn Error>> {
    let desk = toolbox.bind(Db);
    let mut request = CompletionRequest::new(question).tools(tools);
    let mut reports = Vec::new();
    loop {
        // 1. The request, with the tools.
        let response = model.call(request.clone()).await?;

        // 2. The model's message into the history, before what answers it.
        request.chat_history.extend(response.message());
        let asked: Vec<_> = response.tool_calls().collect();
        if asked.is_empty() {
            return Ok((response.text(), reports));
        }

        // 3. All calls of the turn at once, and a result for each.
        let calls: Vec<_> = asked.iter().map(|asked| call(asked)).collect();
        let report = desk.run(calls).await;
        request.chat_history.push(results(&asked, &report));
        reports.push(report);
    }
}

/// The tools as the client takes them, with their schemas as the provider behind it does.
fn tools(
    toolbox: &Toolbox<Db>,
    provider: impl RequestFormat,
) -> Result<Vec<ToolDefinition>, Box<dyn Error>> {
    let definitions = toolbox.definitions(provider)?;
    let tools = definitions.iter().map(|tool| {
        let name = ToolName::new(tool.name())?;
        Ok(ToolDefinition::new(
            name,
            tool.description(),
            tool.parameters().clone(),
        ))
    });
    Ok(tools.collect::<Result<_, EmptyToolName>>()?)
}

/// A call as the toolbox takes it: arguments that are no object as the model wrote them, so that it is told what is wrong.
fn call(call: &message::ToolCall) -> ToolCall {
    let function = &call.function;
    let arguments = match &function.invalid_arguments {
        Some(text) => text.clone(),
        None => function.arguments_value().to_string(),
    };
    ToolCall::new(call.id.wire(), function.name.as_str(), arguments)
}

/// One result for each call, which are in the same order; those that failed with the provider's mark, where it has one, and with a
/// text that says so, where it has none.
fn results(calls: &[&message::ToolCall], report: &Report) -> Message {
    let results = calls.iter().zip(report.results()).map(|(call, result)| {
        let content = vec![ToolResultContent::text(result.marked_text())];
        if result.is_error() {
            call.error_result(content)
        } else {
            call.result(content)
        }
    });
    Message::tool_results(results.collect())
}
