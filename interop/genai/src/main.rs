//! The client you have: genai.
//!
//! It keeps sending the requests and holding the history; tools, calls and results go between it and the toolbox as values.

use std::error::Error;

use desk::Db;
use genai::adapter::AdapterKind;
use genai::chat::{self, ChatRequest, Tool, ToolResponse};
use genai::resolver::{AuthData, Endpoint, ServiceTargetResolver};
use genai::{Client, ModelIden, ServiceTarget};
use scripted_server::{OPENAI_CHAT, Server};
use tool_runtime::dialect::{OpenAiChat, RequestFormat};
use tool_runtime::{ManifestError, Report, ToolCall, Toolbox};

#[cfg(test)]
mod tests;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // In the provider's place: yours is `Client::new()?`, which knows the provider by the model's name.
    let server = Server::start(OPENAI_CHAT).await?;
    let client = client(AdapterKind::OpenAI, &server.url())?;
    let toolbox = desk::toolbox()?;
    let tools = tools(&toolbox, OpenAiChat)?;
    let (answer, reports) =
        converse(&client, &toolbox, tools, "What is up with customer 1234?").await?;
    for report in reports {
        println!("{}", report.explain().timeline(80));
    }
    println!("{answer}");
    Ok(())
}

fn client(adapter: AdapterKind, url: &str) -> genai::Result<Client> {
    let endpoint = Endpoint::from_owned(format!("{url}/"));
    let here = move |target: ServiceTarget| {
        Ok(ServiceTarget {
            endpoint: endpoint.clone(),
            auth: AuthData::from_single("not needed"),
            model: ModelIden::new(adapter, target.model.model_name),
        })
    };
    let resolver = ServiceTargetResolver::from_resolver_fn(here);
    Client::builder()
        .with_service_target_resolver(resolver)
        .build()
}

/// Asks until the model calls nothing more: its answer, and what came of the calls of each turn.
async fn converse(
    client: &Client,
    toolbox: &Toolbox<Db>,
    tools: Vec<Tool>,
    question: &str,
) -> Result<(String, Vec<Report>), Box<dyn Error>> {
    let desk = toolbox.bind(Db);
    let mut request = ChatRequest::from_user(question).with_tools(tools);
    let mut reports = Vec::new();
    loop {
        // 1. The request, with the tools.
        let response = client
            .exec_chat("some-model", request.clone(), None)
            .await?;

        // 2. The model's message into the history, before what answers it.
        let calls: Vec<_> = response.tool_calls().into_iter().map(call).collect();
        let answer = response.texts().concat();
        let Some(said) = response.into_assistant_message_for_tool_use() else {
            return Ok((answer, reports));
        };

        // 3. All calls of the turn at once, and a response for each.
        let report = desk.run(calls).await;
        request = request
            .append_message(said)
            .append_message(results(&report));
        reports.push(report);
    }
}

/// The tools as the client takes them, with their schemas as the provider behind it does.
fn tools(toolbox: &Toolbox<Db>, provider: impl RequestFormat) -> Result<Vec<Tool>, ManifestError> {
    let definitions = toolbox.definitions(provider)?;
    let tools = definitions.iter().map(|tool| {
        let mut offered = Tool::new(tool.name())
            .with_description(tool.description())
            .with_schema(tool.parameters().clone());
        // With `Anthropic.strict()` as the provider it is true.
        offered.strict = tool.is_strict().then_some(true);
        offered
    });
    Ok(tools.collect())
}

/// A call as the toolbox takes it.
fn call(call: &chat::ToolCall) -> ToolCall {
    ToolCall::new(&call.call_id, &call.fn_name, call.fn_arguments.to_string())
}

/// One response for each call. The client has no mark for errors: the text is one.
fn results(report: &Report) -> Vec<ToolResponse> {
    let results = report.results().iter();
    results
        .map(|result| {
            ToolResponse::new(result.id(), result.marked_text()).with_fn_name(result.name())
        })
        .collect()
}
