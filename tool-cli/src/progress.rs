//! How far a batch is, on standard error: bars in a terminal, a line at a time elsewhere.

use std::collections::HashMap;
use std::io::IsTerminal;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use tool_runtime::{Progress, ToolCall, ToolResult};

use crate::out;
use crate::words::{milliseconds, shortened};

/// With more calls there is one bar for all.
const MOST_BARS: usize = 16;

/// How often a line tells how far one call is.
const EVERY: Duration = Duration::from_secs(1);

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
            Self::Bars(bars) => bars.multi.suspend(|| out::note(text)),
            Self::Lines(_) | Self::Nothing => out::note(text),
        }
    }

    /// The terminal is somebody else's until `shown`.
    pub(crate) fn hidden(&self) {
        if let Self::Bars(bars) = self {
            // A suspended one would hold up whoever tells it something meanwhile.
            let _ = bars.multi.clear();
            bars.multi.set_draw_target(ProgressDrawTarget::hidden());
        }
    }

    pub(crate) fn shown(&self) {
        if let Self::Bars(bars) = self {
            bars.multi.set_draw_target(ProgressDrawTarget::stderr());
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

/// Bars in a terminal.
pub(crate) struct Bars {
    multi: MultiProgress,
    state: Mutex<Drawn>,
}

#[derive(Default)]
struct Drawn {
    total: Option<ProgressBar>,
    calls: Vec<ProgressBar>,
}

impl Bars {
    fn new() -> Self {
        Self {
            multi: MultiProgress::with_draw_target(ProgressDrawTarget::stderr()),
            state: Mutex::default(),
        }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, Drawn> {
        self.state
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn begin(&self, title: &str, calls: &[ToolCall]) {
        let count = u64::try_from(calls.len()).unwrap_or(u64::MAX);
        let total = self.multi.add(ProgressBar::new(count));
        total.set_style(style("{prefix:.bold} {bar:24} {pos} of {len}, {elapsed}"));
        total.set_prefix(title.to_owned());
        let shown = if calls.len() > MOST_BARS { &[] } else { calls };
        let bars = shown.iter().map(|call| {
            let bar = self.multi.add(ProgressBar::new_spinner());
            bar.set_style(style("{spinner} {prefix} {wide_msg}"));
            bar.set_prefix(call.name().to_owned());
            bar.set_message(shortened(&crate::exit::one_line(call.arguments()), 60));
            bar.enable_steady_tick(Duration::from_millis(100));
            bar
        });
        let calls = bars.collect();
        total.enable_steady_tick(Duration::from_millis(100));
        *self.state() = Drawn {
            total: Some(total),
            calls,
        };
    }

    fn progress(&self, index: usize, progress: &Progress) {
        if let Some(bar) = self.state().calls.get(index) {
            bar.set_message(progress.to_string());
        }
    }

    fn finished(&self, index: usize, result: &ToolResult) {
        let state = self.state();
        if let Some(bar) = state.calls.get(index) {
            let mark = if result.is_error() { "✗" } else { "✓" };
            bar.set_style(style(&format!("{mark} {{prefix}} {{wide_msg}}")));
            bar.finish_with_message(ended(result));
        }
        if let Some(total) = &state.total {
            total.inc(1);
        }
    }

    fn end(&self) {
        let drawn = std::mem::take(&mut *self.state());
        for bar in drawn.calls.iter().chain(&drawn.total) {
            bar.finish_and_clear();
        }
        let _ = self.multi.clear();
    }
}

/// The templates are ours, so they are valid.
fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner())
}

/// A line for each thing that happens.
#[derive(Default)]
pub(crate) struct Lines(Mutex<Counted>);

#[derive(Default)]
struct Counted {
    title: String,
    calls: usize,
    finished: usize,
    told: HashMap<usize, Instant>,
}

impl Lines {
    fn state(&self) -> std::sync::MutexGuard<'_, Counted> {
        self.0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn begin(&self, title: &str, calls: usize) {
        *self.state() = Counted {
            title: title.to_owned(),
            calls,
            ..Counted::default()
        };
    }

    fn progress(&self, index: usize, call: &ToolCall, progress: &Progress) {
        let mut state = self.state();
        let told = state.told.get(&index);
        if told.is_some_and(|told| told.elapsed() < EVERY) {
            return;
        }
        state.told.insert(index, Instant::now());
        out::note(format!(
            "{}: {index} {}: {progress}",
            state.title,
            call.name()
        ));
    }

    fn finished(&self, index: usize, result: &ToolResult) {
        let mut state = self.state();
        state.finished += 1;
        let Counted {
            title,
            calls,
            finished,
            ..
        } = &*state;
        let (name, ended) = (result.name(), ended(result));
        out::note(format!(
            "{title}: {finished} of {calls}: {index} {name} {ended}"
        ));
    }
}
