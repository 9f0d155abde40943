//! The client you have: plain HTTP, here reqwest.
//!
//! Requests take the manifest, and the history takes messages, as JSON; a response goes to the dialect as it came. The same code
//! serves each provider whose dialect it is given.

mod provider;
#[cfg(test)]
mod tests;

use std::error::Error;

use desk::Db;
use provider::{Provider, Said};
use scripted_server::{ANTHROPIC, OPENAI_CHAT_STREAMED, Server};
use tool_runtime::dialect::StreamingDialect;
use tool_runtime::{Report, Toolbox};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let toolbox = desk::toolbox()?;
    let question = "What is up with customer 1234?";

    // In the provider's place: yours is at https://api.anthropic.com/v1.
    let server = Server::start(ANTHROPIC).await?;
    let anthropic = provider::anthropic(&server.url(), "not needed");
    let (history, reports) = converse(&anthropic, &toolbox, question).await?;
    show(&history, &reports)?;

    // Or at https://api.openai.com/v1, which streams its responses here.
    let server = Server::start(OPENAI_CHAT_STREAMED).await?;
    let openai = provider::openai_chat(&server.url(), "not needed");
    let (history, reports) = converse_streamed(&openai, &toolbox, question).await?;
    show(&history, &reports)
}

/// Asks until the model calls nothing more: all that was said, and what came of the calls of each turn.
async fn converse<D: StreamingDialect>(
    provider: &Provider<D>,
    toolbox: &Toolbox<Db>,
    question: &str,
) -> Result<(Vec<Said>, Vec<Report>), Box<dyn Error>> {
    let dialect = &provider.dialect;
    let desk = toolbox.bind(Db);
    let mut history = vec![Said::by_user(question)];
    let mut reports = Vec::new();
    loop {
        // 1. The request, with the tools. The bytes of the manifest are always the same.
        let manifest = toolbox.manifest(dialect)?;
        let response = provider.send(manifest, &history, false).await?;

        // 2. The model's messages into the history, as they came, before what answers them.
        let turn = dialect.decode(&response.bytes().await?)?;
        history.extend(turn.messages().map(Said::Message));
        if turn.calls().is_empty() {
            return Ok((history, reports));
        }

        // 3. All calls of the turn at once, and what answers them all: one message here, one for each there.
        let report = desk.run(turn.calls()).await;
        history.extend(dialect.encode(&report).into_iter().map(Said::Message));
        reports.push(report);
    }
}

/// The same, where each call begins as soon as the model has written it.
async fn converse_streamed<D: StreamingDialect>(
    provider: &Provider<D>,
    toolbox: &Toolbox<Db>,
    question: &str,
) -> Result<(Vec<Said>, Vec<Report>), Box<dyn Error>> {
    let dialect = &provider.dialect;
    let desk = toolbox.bind(Db);
    let mut history = vec![Said::by_user(question)];
    let mut reports = Vec::new();
    loop {
        let manifest = toolbox.manifest(dialect)?;
        let response = provider.send(manifest, &history, true).await?;
        let body = response.bytes_stream();
        // Where the stream breaks off, `streamed.error` or `turn.interruption()` says so, and each call has its result all the same.
        let streamed = desk.run_stream(dialect.stream(), body).await?;
        history.extend(streamed.turn.messages().map(Said::Message));
        if streamed.turn.calls().is_empty() {
            return Ok((history, reports));
        }
        let answers = dialect.encode(&streamed.report);
        history.extend(answers.into_iter().map(Said::Message));
        reports.push(streamed.report);
    }
}

fn show(history: &[Said], reports: &[Report]) -> Result<(), Box<dyn Error>> {
    for report in reports {
        println!("{}", report.explain().timeline(80));
    }
    for said in history {
        println!("{}", serde_json::to_string(said)?);
    }
    println!();
    Ok(())
}
