//! How far a batch is, on standard error: bars in a terminal, a line at a time elsewhere.

mod bars;
mod lines;

use std::io::IsTerminal;

use tool_runtime::{Progress, ToolCall, ToolResult};

use self::bars::Bars;
use self::lines::Lines;
use crate::out;
use crate::words::milliseconds;

/// Who shows how far a batch is.
pub(crate) enum Display {
    Bars(Bars),
    Lines(Lines),
    Nothing,
}

impl Display {
    /// What fits: bars if somebody looks at standard error.
    pub(crate) fn fitting(is_quiet: bool) -> Self {
        if is_quiet {
            Self::Nothing
        } else if std::io::stderr().is_terminal() {
            Self::Bars(Bars::new())
        } else {
            Self::Lines(Lines::default())
        }
    }

    /// A batch of these calls begins.
    pub(crate) fn begin(&self, title: &str, calls: &[ToolCall]) {
        match self {
            Self::Bars(bars) => bars.begin(title, calls),
            Self::Lines(lines) => lines.begin(title, calls.len()),
            Self::Nothing => {}
        }
    }

    pub(crate) fn progress(&self, index: usize, call: &ToolCall, progress: &Progress) {
        match self {
            Self::Bars(bars) => bars.progress(index, progress),
            Self::Lines(lines) => lines.progress(index, call, progress),
            Self::Nothing => {}
        }
    }

    pub(crate) fn finished(&self, index: usize, result: &ToolResult) {
        match self {
            Self::Bars(bars) => bars.finished(index, result),
            Self::Lines(lines) => lines.finished(index, result),
            Self::Nothing => {}
        }
    }

    /// A line for whoever waits.
    pub(crate) fn note(&self, text: &str) {
        match self {
            Self::Bars(bars) => bars.note(text),
            Self::Lines(_) | Self::Nothing => out::note(text),
        }
    }

    /// The terminal is somebody else's until `shown`.
    pub(crate) fn hidden(&self) {
        if let Self::Bars(bars) = self {
            bars.hidden();
        }
    }

    pub(crate) fn shown(&self) {
        if let Self::Bars(bars) = self {
            bars.shown();
        }
    }

    /// The batch has ended; nothing of it stays.
    pub(crate) fn end(&self) {
        if let Self::Bars(bars) = self {
            bars.end();
        }
    }
}

/// How a call ended and when, in a few words.
fn ended(result: &ToolResult) -> String {
    let ending = result.outcome().ending;
    match result.span() {
        Some(span) => {
            let took = span.finished.saturating_sub(span.started);
            format!("{ending} after {}", milliseconds(took))
        }
        None => ending.to_string(),
    }
}
