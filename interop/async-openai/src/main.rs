//! The client you have: async-openai.
//!
//! It keeps sending the requests and holding the history; tools, calls and results go between it and the toolbox as values.

use std::error::Error;

use async_openai::Client;
use async_openai::config::OpenAIConfig;
use async_openai::types::chat::{
    ChatCompletionMessageToolCalls, ChatCompletionRequestAssistantMessage,
    ChatCompletionRequestMessage, ChatCompletionRequestToolMessage,
    ChatCompletionRequestUserMessage, ChatCompletionResponseMessage, ChatCompletionTool,
    ChatCompletionTools, CreateChatCompletionRequestArgs, FunctionObject,
};
use desk::Db;
use scripted_server::{OPENAI_CHAT, Server};
use tool_runtime::dialect::OpenAiChat;
use tool_runtime::{ManifestError, Report, ToolCall, Toolbox};

#[cfg(test)]
mod tests;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // In the provider's place: yours is `OpenAIConfig::default()`, which takes its key from OPENAI_API_KEY.
    let server = Server::start(OPENAI_CHAT).await?;
    let client = client(&server.url());
    let toolbox = desk::toolbox()?;
    let (answer, reports) = converse(&client, &toolbox, "What is up with customer 1234?").await?;
    for report in reports {
        println!("{}", report.explain().timeline(80));
    }
    println!("{answer}");
    Ok(())
}

fn client(url: &str) -> Client<OpenAIConfig> {
    Client::with_config(
        OpenAIConfig::new()
            .with_api_base(url)
            .with_api_key("not needed"),
    )
}

/// Asks until the model calls nothing more: its answer, and what came of the calls of each turn.
async fn converse(
    client: &Client<OpenAIConfig>,
    toolbox: &Toolbox<Db>,
    question: &str,
) -> Result<(String, Vec<Report>), Box<dyn Error>> {
    let tools = tools(toolbox)?;
    let desk = toolbox.bind(Db);
    let mut history = vec![ChatCompletionRequestUserMessage::from(question).into()];
    let mut reports = Vec::new();
    loop {
        // 1. The request, with the tools.
        let request = CreateChatCompletionRequestArgs::default()
            .model("gpt-5.5")
            .tools(tools.clone())
            .messages(history.clone())
            .build()?;
        let response = client.chat().create(request).await?;
        let choice = response.choices.into_iter().next();
        let message = choice.ok_or("the response has no choice")?.message;

        // 2. The model's message into the history, before what answers it.
        let calls = calls(&message);
        let answer = message.content.clone().unwrap_or_default();
        history.push(said(message));
        if calls.is_empty() {
            return Ok((answer, reports));
        }

        // 3. All calls of the turn at once, and a message for each.
        let report = desk.run(calls).await;
        history.extend(results(&report));
        reports.push(report);
    }
}

/// The tools as the client takes them. Once is enough: they do not change.
fn tools(toolbox: &Toolbox<Db>) -> Result<Vec<ChatCompletionTools>, ManifestError> {
    let definitions = toolbox.definitions(OpenAiChat)?;
    let functions = definitions.iter().map(|tool| FunctionObject {
        name: tool.name().to_owned(),
        description: Some(tool.description().to_owned()),
        parameters: Some(tool.parameters().clone()),
        // With `definitions(OpenAiChat.strict())` it is true.
        strict: tool.is_strict().then_some(true),
    });
    let tools =
        functions.map(|function| ChatCompletionTools::Function(ChatCompletionTool { function }));
    Ok(tools.collect())
}

/// The calls as the toolbox takes them: the arguments are the model's text, whatever it is.
fn calls(message: &ChatCompletionResponseMessage) -> Vec<ToolCall> {
    let calls = message.tool_calls.iter().flatten();
    calls
        .map(|call| match call {
            ChatCompletionMessageToolCalls::Function(call) => {
                ToolCall::new(&call.id, &call.function.name, &call.function.arguments)
            }
            ChatCompletionMessageToolCalls::Custom(call) => {
                ToolCall::with_text(&call.id, &call.custom_tool.name, &call.custom_tool.input)
            }
        })
        .collect()
}

/// The model's message as one of a request.
fn said(message: ChatCompletionResponseMessage) -> ChatCompletionRequestMessage {
    ChatCompletionRequestAssistantMessage {
        content: message.content.map(Into::into),
        refusal: message.refusal,
        tool_calls: message.tool_calls,
        ..Default::default()
    }
    .into()
}

/// One message for each call. This API has no mark for errors: the text says it.
fn results(report: &Report) -> impl Iterator<Item = ChatCompletionRequestMessage> {
    report.results().iter().map(|result| {
        ChatCompletionRequestToolMessage {
            content: result.marked_text().into_owned().into(),
            tool_call_id: result.id().to_owned(),
        }
        .into()
    })
}
