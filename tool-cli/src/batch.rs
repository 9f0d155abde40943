//! `batch`: all calls of a turn, at once, and how long they took.

use std::path::PathBuf;
use std::sync::Arc;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use serde::Serialize;
use tool_runtime::explain::Picture;
use tool_runtime::tool::State;
use tool_runtime::{Report, ToolResult};

use crate::calls::{self, Read};
use crate::exit::{Exit, Failure};
use crate::files::{self, Source};
use crate::list::json;
use crate::out::{self, Tone};
use crate::progress::Display;
use crate::running::{Nobody, Runner};
use crate::session::Session;
use crate::words::{counted, milliseconds};
use crate::{approve, call, dialects, events, policy};

pub(crate) fn command() -> Command {
    let flag = |name, help| {
        Arg::new(name)
            .long(name)
            .action(ArgAction::SetTrue)
            .help(help)
    };
    Command::new("batch")
        .about("Run the calls of a turn in parallel, and print what the model would read of each")
        .arg(
            Arg::new("file")
                .value_name("FILE")
                .required(true)
                .value_parser(value_parser!(PathBuf))
                .help("Calls, [{\"name\": …, \"arguments\": {…}}], or a whole response; - for standard input"),
        )
        .arg(dialects::option(
            "Whose response it is, where that cannot be seen",
        ))
        .arg(policy::option())
        .arg(approve::option())
        .arg(call::quiet())
        .arg(json("Print the report as one JSON object").conflicts_with_all(["events", "messages", "timeline", "explain"]))
        .arg(flag("events", "Print a JSON object a line for each event, as it comes").conflicts_with("messages"))
        .arg(flag("messages", "Print what goes back to the provider"))
        .arg(flag("timeline", "Draw when each call ran"))
        .arg(flag("explain", "Say of each call what it waited for, and what limited all"))
        .arg(files::option("svg", "Draw the timeline to this file"))
        .arg(
            flag("compare", "Run them one by one too, before: every call is made twice")
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
    Ok(call::ended(session, report.results(), is_interrupted))
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

/// Both reports, for programs.
#[derive(Serialize)]
struct Compared<'a> {
    one_by_one: &'a Report,
    in_parallel: &'a Report,
}

/// What there is to print.
struct Ran<'a> {
    read: &'a Read,
    report: &'a Report,
    /// The same calls one by one.
    before: Option<&'a Report>,
    is_interrupted: bool,
}

impl Ran<'_> {
    fn print(&self, matches: &ArgMatches, verbose: bool) -> Result<(), Failure> {
        if matches.get_flag("json") {
            match self.before {
                Some(one_by_one) => events::print_compact(&Compared {
                    one_by_one,
                    in_parallel: self.report,
                })?,
                None => events::print_compact(self.report)?,
            }
        } else if matches.get_flag("events") {
            events::last(self.report, self.is_interrupted)?;
        } else if matches.get_flag("messages") {
            let messages = self.read.dialect.map(|dialect| dialect.encode(self.report));
            for message in messages.into_iter().flatten() {
                out::line(message)?;
            }
        } else {
            self.print_results(verbose)?;
        }
        if matches.get_flag("timeline") {
            out::line(self.draw(|picture| picture.timeline(out::columns())))?;
        }
        if matches.get_flag("explain") {
            out::line(self.report.explain())?;
        }
        Ok(())
    }

    fn print_results(&self, verbose: bool) -> Result<(), Failure> {
        let results = self.report.results();
        if results.is_empty() {
            out::line("the model calls no tool")?;
            return Ok(());
        }
        for (index, result) in results.iter().enumerate() {
            out::line(head(index, result))?;
            for line in result.text().lines() {
                out::line(format!("  {line}"))?;
            }
            if verbose {
                call::untold(result).iter().for_each(out::note);
            }
        }
        out::line(out::toned(Tone::Strong, self.total()))?;
        Ok(())
    }

    fn total(&self) -> String {
        let results = self.report.results();
        let calls = counted(results.len(), "call");
        if self.is_interrupted {
            let by_itself = |result: &&ToolResult| result.outcome().ending.code() != "cancelled";
            let finished = results.iter().filter(by_itself).count();
            return format!("interrupted: {finished} of {calls} had finished");
        }
        let wall = milliseconds(self.report.wall());
        match self.before {
            Some(before) => {
                let speed_up = ratio(
                    before.wall().as_secs_f64(),
                    self.report.wall().as_secs_f64(),
                );
                let before = milliseconds(before.wall());
                format!("{calls}: one by one {before}, in parallel {wall}, {speed_up:.1}x")
            }
            None => {
                let one_by_one = milliseconds(self.report.one_by_one());
                let speed_up = self.report.speed_up();
                format!("{calls} in {wall}; one by one {one_by_one}, {speed_up:.1}x")
            }
        }
    }

    fn draw<T>(&self, form: impl FnOnce(&Picture<'_>) -> T) -> T {
        let (report, before) = (self.report.explain(), self.before.map(Report::explain));
        form(&match &before {
            Some(before) => Picture::new([("one by one", before), ("in parallel", &report)]),
            None => Picture::new([("", &report)]),
        })
    }
}

fn ratio(one: f64, other: f64) -> f64 {
    if other > 0.0 { one / other } else { 1.0 }
}

/// `1 get_orders failed, 501 ms`
fn head(index: usize, result: &ToolResult) -> String {
    let tone = if result.is_error() {
        Tone::Bad
    } else {
        Tone::Good
    };
    let ending = out::toned(tone, result.outcome().ending);
    let name = out::toned(Tone::Strong, result.name());
    let took = match result.span() {
        Some(span) => milliseconds(span.finished.saturating_sub(span.started)),
        None => "not started".to_owned(),
    };
    format!("{index} {name} {ending}, {}", out::toned(Tone::Quiet, took))
}
