//! An agent: a customer desk over SQLite, a model of any provider that speaks OpenAI's or Anthropic's format, and a conversation that
//! survives Ctrl-C and crashes.
//!
//! ```text
//! cargo run --example agent --features agent                       # without a key a script is the model
//! OPENAI_API_KEY=… cargo run --example agent --features agent -- --model MODEL "Where is parcel P-77?"
//! cargo run --example agent --features agent -- --base-url http://localhost:11434/v1 --model MODEL
//! cargo run --example agent --features agent -- --resume --dir FOLDER
//! ```
//!
//! | file | to copy from it |
//! |---|---|
//! | `tools.rs`, `desk.rs` | the tools, and the database that they use |
//! | `turn.rs`, `conversation.rs` | one turn, and the loop round it |
//! | `store.rs` | what a conversation needs to go on after a crash |
//! | `provider.rs`, `client.rs` | requests, and what providers refuse |
//! | `approve.rs`, `interrupt.rs` | who decides on calls, and Ctrl-C |
//!
//! `script.rs` and `server.rs` stand in for the provider, so that this runs on any machine. Kill it in the middle (`kill -9`) and go on.

mod approve;
mod arguments;
mod client;
mod conversation;
mod desk;
mod failure;
mod interrupt;
mod provider;
mod script;
mod server;
mod store;
#[cfg(test)]
mod tests;
mod tools;
mod totals;
mod turn;
mod view;

use std::ffi::OsString;
use std::process::ExitCode;
use std::sync::Arc;

use tool_runtime::Bound;

use arguments::Options;
use client::Client;
use conversation::Conversation;
use desk::Desk;
use failure::Failure;
use server::Server;
use store::Store;
use totals::Totals;
use view::View;

fn main() -> ExitCode {
    ExitCode::from(run(std::env::args_os().collect()))
}

/// Runs with these arguments; the exit code.
fn run(arguments: Vec<OsString>) -> u8 {
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return Failure::new(format!("no threads can be had: {error}")).tell(),
    };
    let ended = runtime.block_on(async {
        let options = Options::read(arguments)?;
        start(&options).await
    });
    // Not by dropping it, which would wait for a thread that SQLite keeps: what that does is in the journal.
    runtime.shutdown_background();
    match ended {
        Ok(()) => 0,
        Err(failure) => failure.tell(),
    }
}

async fn start(options: &Options) -> Result<(), Failure> {
    let (settings, kept) = match options.resume {
        true => {
            let (store, settings, history) = Store::open(options.folder())?;
            (options.settings_from(settings)?, Some((store, history)))
        }
        false => (options.settings()?, None),
    };
    // Where there is no provider the script is: it lives as long as this does.
    let (base_url, _server) = match &settings.base_url {
        Some(url) => (url.clone(), None),
        None => {
            let server = Server::start(options.latency).await?;
            (server.url(), Some(server))
        }
    };
    let client = Client::new(&settings, &base_url)?;
    // The last thing that can be wrong with the arguments: what is refused leaves no folder behind.
    let (store, history) = match kept {
        Some(kept) => kept,
        None => (Store::create(options.folder(), &settings)?, Vec::new()),
    };
    let view = Arc::new(View::new());
    view.note(&format!("The conversation is in {store}."));
    let stop = interrupt::token().await;
    let desk = Desk::open(&store.database(), options.latency)?;
    let toolbox = tools::toolbox().map_err(Failure::new)?;
    let desk = toolbox
        .bind(desk)
        .journaled_by(store.journal()?)
        .cancelled_by(stop.clone());
    let mut conversation = Conversation {
        client,
        desk: approve::approved(desk, options.yes, &view),
        toolbox,
        store,
        view,
        stop,
        history,
        totals: Totals::default(),
    };
    let ended = converse(&mut conversation, options, settings.base_url.is_none()).await;
    conversation.end();
    ended
}

/// One question after the other: that of the command line, that of the script, or what is typed.
async fn converse(
    conversation: &mut Conversation,
    options: &Options,
    is_scripted: bool,
) -> Result<(), Failure> {
    if options.resume {
        conversation.resume().await?;
    }
    if let Some(question) = options.question.as_deref() {
        return conversation.ask(question).await;
    }
    if is_scripted {
        return match conversation.is_new() {
            true => conversation.ask(script::QUESTION).await,
            false => Ok(()),
        };
    }
    while let Some(question) = conversation.question().await? {
        conversation.ask(&question).await?;
    }
    Ok(())
}

/// What the tools are called with.
type Tools = Bound<Desk>;
