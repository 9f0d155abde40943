//! What a batch prints, and draws.

use clap::ArgMatches;
use serde::Serialize;
use tool_runtime::explain::Picture;
use tool_runtime::{Report, ToolResult};

use crate::calls::Read;
use crate::exit::Failure;
use crate::out::{self, Tone};
use crate::words::{counted, milliseconds};
use crate::{events, results};

/// Both reports, for programs.
#[derive(Serialize)]
struct Compared<'a> {
    one_by_one: &'a Report,
    in_parallel: &'a Report,
}

/// What there is to print.
pub(super) struct Ran<'a> {
    pub(super) read: &'a Read,
    pub(super) report: &'a Report,
    /// The same calls one by one.
    pub(super) before: Option<&'a Report>,
    pub(super) is_interrupted: bool,
}

impl Ran<'_> {
    pub(super) fn print(&self, matches: &ArgMatches, verbose: bool) -> Result<(), Failure> {
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
                results::untold(result).iter().for_each(out::note);
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

    pub(super) fn draw<T>(&self, form: impl FnOnce(&Picture<'_>) -> T) -> T {
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
