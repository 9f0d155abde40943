//! `batch`: all calls of a turn, at once, and how long they took.

mod printed;

use std::path::PathBuf;
use std::sync::Arc;

use clap::{Arg, ArgMatches, Command, value_parser};
use tool_runtime::tool::State;

use self::printed::Ran;
use crate::calls::{self, Read};
use crate::exit::{Exit, Failure};
use crate::files::{self, Source};
use crate::options::{flag, json, quiet};
use crate::progress::Display;
use crate::running::{Nobody, Runner};
use crate::session::Session;
use crate::{approve, dialects, events, out, policy, results};

const FILE: &str =
    r#"Calls, [{"name": …, "arguments": {…}}], or a whole response; - for standard input"#;

pub(crate) fn command() -> Command {
    Command::new("batch")
        .about("Run the calls of a turn in parallel, and print what the model would read of each")
        .arg(
            Arg::new("file")
                .value_name("FILE")
                .required(true)
                .value_parser(value_parser!(PathBuf))
                .help(FILE),
        )
        .arg(dialects::option(
            "Whose response it is, where that cannot be seen",
        ))
        .arg(policy::option())
        .arg(approve::option())
        .arg(quiet())
        .arg(
            json("Print the report as one JSON object")
                .conflicts_with_all(["events", "messages", "timeline", "explain"]),
        )
        .arg(
            flag("events", "Print a line of JSON for each event, as it comes")
                .conflicts_with_all(["messages", "timeline", "explain"]),
        )
        .arg(flag("messages", "Print what goes back to the provider"))
        .arg(flag("timeline", "Draw when each call ran"))
        .arg(flag(
            "explain",
            "Say what each call waited for, and what limited all",
        ))
        .arg(files::option("svg", "Draw the timeline to this file"))
        .arg(
            flag(
                "compare",
                "Run them one by one too, before: every call is made twice",
            )
            .conflicts_with_all(["events", "messages"]),
        )
}

pub(crate) async fn run<S: State>(
    session: &Session<S>,
    matches: &ArgMatches,
) -> Result<Exit, Failure> {
    let path = files::path(matches, "file").unwrap_or("-".as_ref());
    let source = Source::new(path);
    let read = calls::read(&source, dialects::named(matches))?;
    if matches.get_flag("messages") && read.dialect.is_none() {
        return Err(Failure::unusable("say who is answered by `--dialect`"));
    }
    if let Some(warning) = &read.warning {
        out::note(format!("{}: {}: {warning}", session.program, source.name()));
    }
    let desk = session
        .desk()
        .await
        .map_err(|error| Failure::of(Exit::Unusable, &*error))?;
    let desk = policy::applied(desk, matches)?;
    let is_events = matches.get_flag("events");
    // Bars and lines of JSON on one terminal would overwrite each other.
    let is_quiet = matches.get_flag("quiet") || is_events && out::is_watched();
    let display = Arc::new(Display::fitting(is_quiet));
    let desk = approve::approved(desk, matches, &display, !source.is_standard_input());
    let runner = Runner {
        desk: &desk,
        calls: &read.calls,
        display,
        interrupted: session.cancellation(),
    };
    let before = match matches.get_flag("compare") {
        true => {
            note_twice(session, &read);
            Some(runner.one_by_one("one by one", &mut Nobody).await?)
        }
        false => None,
    };
    let title = "in parallel";
    let (before, report) = match before {
        // Whoever has interrupted the first does not want a second.
        Some(only) if runner.interrupted.is_cancelled() => (None, only),
        None if is_events => (None, runner.in_parallel(title, &mut events::Lines).await?),
        before => (before, runner.in_parallel(title, &mut Nobody).await?),
    };
    let is_interrupted = runner.interrupted.is_cancelled();
    let ran = Ran {
        read: &read,
        report: &report,
        before: before.as_ref(),
        is_interrupted,
    };
    ran.print(matches, session.verbose)?;
    if let Some(path) = files::path(matches, "svg") {
        files::write(path, &ran.draw(|picture| picture.svg()))?;
    }
    if let Some(before) = &before {
        results::note_running(session, before.results());
    }
    Ok(results::ended(session, report.results(), is_interrupted))
}

/// Says which tools change something, of whose calls two are not one.
fn note_twice<S: State>(session: &Session<S>, read: &Read) {
    let tools = session.toolbox.tools().iter();
    let called = tools.filter(|tool| read.calls.iter().any(|call| call.name() == tool.name()));
    let changing = called.filter(|tool| !tool.effects().changes_nothing());
    let names: Vec<String> = changing.map(|tool| format!("`{}`", tool.name())).collect();
    if !names.is_empty() {
        let (program, names) = (&session.program, names.join(", "));
        out::note(format!(
            "{program}: --compare makes every call twice, those of {names} too"
        ));
    }
}
