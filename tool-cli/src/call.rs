//! `call`: one call, and what the model would read of it.

use std::sync::Arc;

use clap::{Arg, ArgAction, ArgMatches, Command};
use serde_json::Value;
use tool_runtime::tool::State;
use tool_runtime::{ToolCall, ToolDefinition, Toolbox};

use crate::exit::{Exit, Failure};
use crate::files::Source;
use crate::options::{json, quiet};
use crate::progress::Display;
use crate::running::{Nobody, Runner};
use crate::session::Session;
use crate::{approve, arguments, dialects, events, names, out, policy, results, show};

pub(crate) fn command<S>(toolbox: &Toolbox<S>) -> Command {
    Command::new("call")
        .about("Call one tool, and print what the model would read")
        .arg(names::argument(toolbox))
        .arg(
            Arg::new("arguments")
                .value_name("JSON")
                .conflicts_with("arg")
                .help("The arguments as the model writes them, or - for standard input"),
        )
        .arg(
            Arg::new("arg")
                .long("arg")
                .short('a')
                .value_name("NAME=VALUE")
                .action(ArgAction::Append)
                .help(
                    "One argument, typed by the schema; what is nested is JSON, a list is repeated",
                ),
        )
        .arg(dialects::option(
            "Print the message that the provider gets instead",
        ))
        .arg(policy::option())
        .arg(approve::option())
        .arg(quiet())
        .arg(json("Print the outcome as one JSON object").conflicts_with("dialect"))
}

pub(crate) async fn run<S: State>(
    session: &Session<S>,
    matches: &ArgMatches,
) -> Result<Exit, Failure> {
    let tool = show::named(&session.toolbox, matches)?;
    let (text, is_free) = text(tool, matches)?;
    let calls = [ToolCall::new("call_1", tool.name(), text)];
    let desk = session
        .desk()
        .await
        .map_err(|error| Failure::of(Exit::Unusable, &*error))?;
    let desk = policy::applied(desk, matches)?;
    // One call has nothing to be compared with: only a terminal shows how far it is.
    let is_quiet =
        matches.get_flag("quiet") || !std::io::IsTerminal::is_terminal(&std::io::stderr());
    let display = Arc::new(Display::fitting(is_quiet));
    let desk = approve::approved(desk, matches, &display, is_free);
    let runner = Runner {
        desk: &desk,
        calls: &calls,
        display,
        interrupted: session.cancellation(),
    };
    let report = runner.in_parallel("call", &mut Nobody).await?;
    let Some(result) = report.results().first() else {
        return Err(Failure::unusable("the call has no result"));
    };
    match dialects::named(matches) {
        Some(provider) => {
            for message in provider.plain.encode(&report) {
                out::line(message)?;
            }
        }
        None if matches.get_flag("json") => events::print_compact(&events::Told::of(0, result))?,
        None => out::line(result.text())?,
    }
    if session.verbose {
        results::untold(result).iter().for_each(out::note);
    }
    Ok(results::ended(
        session,
        &report.results()[..1],
        runner.interrupted.is_cancelled(),
    ))
}

/// The arguments, and whether standard input is free.
fn text(tool: &ToolDefinition, matches: &ArgMatches) -> Result<(String, bool), Failure> {
    if let Some(given) = matches.get_many::<String>("arg") {
        return Ok((arguments::typed(tool, given.map(String::as_str))?, true));
    }
    let (text, name, is_free) = match matches.get_one::<String>("arguments") {
        None => return Ok(("{}".to_owned(), true)),
        Some(dash) if dash == "-" => (Source::new("-").read()?, "standard input", false),
        Some(text) => (text.clone(), "the arguments", true),
    };
    match serde_json::from_str::<Value>(&text) {
        Ok(Value::Object(_)) => Ok((text, is_free)),
        Ok(other) => Err(Failure::unusable(format!(
            "{name}: expected a JSON object, got {}; write it as in '{{\"name\": \"value\"}}', or use `--arg name=value`",
            crate::schema::kind(&other)
        ))),
        Err(error) => Err(Failure::unusable(format!(
            "{name}: expected a JSON object, got text that is not JSON: {error}; write it as in '{{\"name\": \"value\"}}', or use `--arg name=value`"
        ))),
    }
}
