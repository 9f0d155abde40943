//! `--events` and `--json`: what happens to calls, for programs.

use std::time::Duration;

use serde::Serialize;
use tool_runtime::{Progress, Report, ToolCall, ToolResult};

use crate::exit::Failure;
use crate::out;
use crate::running::Watch;

/// A line of JSON for each event.
pub(crate) struct Lines;

#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum Line<'a> {
    Progress {
        index: usize,
        id: &'a str,
        name: &'a str,
        done: f64,
        #[serde(skip_serializing_if = "Option::is_none")]
        total: Option<f64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        message: Option<&'a str>,
    },
    Finished(Told<'a>),
    Report {
        wall_ms: f64,
        one_by_one_ms: f64,
        interrupted: bool,
        report: &'a Report,
    },
}

/// What became of a call.
#[derive(Serialize)]
pub(crate) struct Told<'a> {
    index: usize,
    id: &'a str,
    name: &'a str,
    arguments: &'a str,
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<&'static str>,
    effects: &'static str,
    is_error: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    took_ms: Option<f64>,
    text: &'a str,
}

impl<'a> Told<'a> {
    pub(crate) fn of(index: usize, result: &'a ToolResult) -> Self {
        let outcome = result.outcome();
        let span = result.span();
        Self {
            index,
            id: result.id(),
            name: result.name(),
            arguments: result.arguments(),
            outcome: outcome.ending.code(),
            detail: outcome.ending.detail(),
            effects: outcome.effects.code(),
            is_error: result.is_error(),
            took_ms: span.map(|span| milliseconds(span.finished.saturating_sub(span.started))),
            text: result.text(),
        }
    }
}

fn milliseconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 1e6).round() / 1e3
}

fn print(line: &Line<'_>) -> Result<(), Failure> {
    print_compact(line)
}

/// A value as one line of JSON.
pub(crate) fn print_compact(value: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string(value);
    let text = text.map_err(|error| Failure::unusable(format!("it is no JSON: {error}")))?;
    Ok(out::line(text)?)
}

impl Watch for Lines {
    fn progress(
        &mut self,
        index: usize,
        call: &ToolCall,
        progress: &Progress,
    ) -> Result<(), Failure> {
        print(&Line::Progress {
            index,
            id: call.id(),
            name: call.name(),
            done: progress.done,
            total: progress.total,
            message: progress.message.as_deref(),
        })
    }

    fn finished(&mut self, index: usize, result: &ToolResult) -> Result<(), Failure> {
        print(&Line::Finished(Told::of(index, result)))
    }
}

/// The last line: all results, in their order.
pub(crate) fn last(report: &Report, interrupted: bool) -> Result<(), Failure> {
    print(&Line::Report {
        wall_ms: milliseconds(report.wall()),
        one_by_one_ms: milliseconds(report.one_by_one()),
        interrupted,
        report,
    })
}
