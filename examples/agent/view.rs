//! What a run shows: the conversation and its turns on standard output; in a terminal also which calls run, below it.

use std::collections::HashMap;
use std::io::{self, IsTerminal as _, Write as _};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use tool_runtime::{Progress, Report, ToolCall, ToolResult};

use crate::failure::shortened;
use crate::totals::{counted, failed, shown};

/// How wide timelines are.
const COLUMNS: usize = 80;

/// What is shown. It is told of calls by several tasks.
pub(crate) struct View {
    /// Spinners, if somebody looks; otherwise calls that begin are lines.
    bars: Option<MultiProgress>,
    state: Mutex<Shown>,
}

#[derive(Default)]
struct Shown {
    /// Whether the last line has not ended.
    is_open: bool,
    /// Text that came while spinners stood below: it is shown when they are gone.
    held: String,
    running: HashMap<usize, ProgressBar>,
    /// Lines that came while somebody was asked something.
    waiting: Option<Vec<String>>,
}

impl View {
    pub(crate) fn new() -> Self {
        let is_watched = io::stderr().is_terminal() && io::stdout().is_terminal();
        let bars = || MultiProgress::with_draw_target(ProgressDrawTarget::stderr());
        Self {
            bars: is_watched.then(bars),
            state: Mutex::default(),
        }
    }

    /// What the user asks.
    pub(crate) fn asked(&self, question: &str) {
        self.line(&format!("you: {}", visible(question)));
    }

    /// What the model says, piece by piece.
    pub(crate) fn text(&self, piece: &str) {
        let mut state = self.state();
        if !state.running.is_empty() {
            state.held.push_str(piece);
            return;
        }
        if !piece.is_empty() {
            let who = if state.is_open { "" } else { "model: " };
            print(&format!("{who}{}", visible(piece)));
            state.is_open = true;
        }
    }

    /// The model has said all.
    pub(crate) fn text_ends(&self) {
        let held = std::mem::take(&mut self.state().held);
        self.text(&held);
        let mut state = self.state();
        state.end_line();
    }

    /// A call is whole, and begins as soon as it may.
    pub(crate) fn called(&self, index: usize, call: &ToolCall) {
        let arguments = shortened(call.arguments(), 60);
        let Some(bars) = &self.bars else {
            return self.line(&format!("  → {} {arguments}", shortened(call.name(), 40)));
        };
        let mut state = self.state();
        state.end_line();
        let bar = bars.add(ProgressBar::new_spinner());
        let style = ProgressStyle::with_template("  {spinner} {prefix} {wide_msg} {elapsed}");
        // The template is ours, so it is valid.
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
        bar.set_prefix(shortened(call.name(), 40));
        bar.set_message(arguments);
        bar.enable_steady_tick(Duration::from_millis(100));
        state.running.insert(index, bar);
    }

    pub(crate) fn progress(&self, index: usize, progress: &Progress) {
        if let Some(bar) = self.state().running.get(&index) {
            bar.set_message(shortened(&progress.to_string(), 60));
        }
    }

    /// A call has its result.
    pub(crate) fn finished(&self, index: usize, result: &ToolResult) {
        if let Some(bar) = self.state().running.remove(&index) {
            bar.finish_and_clear();
        }
        let mark = if result.is_error() { "✗" } else { "✓" };
        let (name, text) = (shortened(result.name(), 40), shortened(result.text(), 100));
        self.line(&format!("  {mark} {name}: {text}"));
    }

    /// A turn whose calls have their results.
    pub(crate) fn turn(&self, number: usize, report: &Report, waited: Duration) {
        let calls = counted(report.results().len(), "call");
        let failed = match failed(report) {
            0 => String::new(),
            failed => format!(", {failed} failed"),
        };
        let one_by_one = report.one_by_one();
        let saved = shown(one_by_one.saturating_sub(waited));
        let (one_by_one, waited) = (shown(one_by_one), shown(waited));
        self.line(&format!(
            "turn {number}: {calls}{failed}; one by one {one_by_one}, waited for {waited}, saved {saved}"
        ));
        for line in report.explain().timeline(COLUMNS).lines() {
            self.line(&format!("  {line}"));
        }
    }

    /// A conversation goes on, after these calls had been interrupted.
    pub(crate) fn recovered(&self, messages: usize, results: &[ToolResult]) {
        let messages = counted(messages, "message");
        self.line(&format!("The conversation of {messages} goes on."));
        for result in results {
            let (name, text) = (shortened(result.name(), 40), shortened(result.text(), 200));
            self.line(&format!("  ! {name}: {text}"));
        }
    }

    pub(crate) fn note(&self, text: &str) {
        self.line(&visible(text));
    }

    /// The terminal is somebody else's until `shown`.
    pub(crate) fn hidden(&self) {
        if let Some(bars) = &self.bars {
            self.state().waiting = Some(Vec::new());
            let _ = bars.clear();
            bars.set_draw_target(ProgressDrawTarget::hidden());
        }
    }

    pub(crate) fn shown(&self) {
        if let Some(bars) = &self.bars {
            bars.set_draw_target(ProgressDrawTarget::stderr());
            let lines = self.state().waiting.take();
            lines
                .into_iter()
                .flatten()
                .for_each(|line| self.line(&line));
        }
    }

    /// A line of its own, above what runs.
    fn line(&self, text: &str) {
        let mut state = self.state();
        if let Some(lines) = &mut state.waiting {
            return lines.push(text.to_owned());
        }
        state.end_line();
        let text = format!("{text}\n");
        match &self.bars {
            Some(bars) => bars.suspend(|| print(&text)),
            None => print(&text),
        }
    }

    fn state(&self) -> MutexGuard<'_, Shown> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shown {
    fn end_line(&mut self) {
        if std::mem::take(&mut self.is_open) {
            print("\n");
        }
    }
}

/// Where nobody reads it any more, the conversation goes on all the same.
fn print(text: &str) {
    let mut out = io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// The text without what does something to a terminal: a model may have read it somewhere.
fn visible(text: &str) -> String {
    let is_visible = |c: &char| !c.is_control() || *c == '\n' || *c == '\t';
    text.chars().filter(is_visible).collect()
}
