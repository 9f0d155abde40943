//! Bars in a terminal.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use tool_runtime::{Progress, ToolCall, ToolResult};

use super::ended;
use crate::exit::one_line;
use crate::out;
use crate::words::shortened;

/// With more calls there is one bar for all.
const MOST_BARS: usize = 16;

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
    pub(super) fn new() -> Self {
        Self {
            multi: MultiProgress::with_draw_target(ProgressDrawTarget::stderr()),
            state: Mutex::default(),
        }
    }

    fn state(&self) -> MutexGuard<'_, Drawn> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn begin(&self, title: &str, calls: &[ToolCall]) {
        let count = u64::try_from(calls.len()).unwrap_or(u64::MAX);
        let total = self.multi.add(ProgressBar::new(count));
        total.set_style(style("{prefix:.bold} {bar:24} {pos} of {len}, {elapsed}"));
        total.set_prefix(title.to_owned());
        let shown = if calls.len() > MOST_BARS { &[] } else { calls };
        let bars = shown.iter().map(|call| {
            let bar = self.multi.add(ProgressBar::new_spinner());
            bar.set_style(style("{spinner} {prefix} {wide_msg}"));
            bar.set_prefix(call.name().to_owned());
            bar.set_message(shortened(&one_line(call.arguments()), 60));
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

    pub(super) fn progress(&self, index: usize, progress: &Progress) {
        if let Some(bar) = self.state().calls.get(index) {
            bar.set_message(progress.to_string());
        }
    }

    pub(super) fn finished(&self, index: usize, result: &ToolResult) {
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

    pub(super) fn note(&self, text: &str) {
        self.multi.suspend(|| out::note(text));
    }

    /// Nothing of them is seen until `shown`. (Suspended ones would hold up whoever tells them something meanwhile.)
    pub(super) fn hidden(&self) {
        let _ = self.multi.clear();
        self.multi.set_draw_target(ProgressDrawTarget::hidden());
    }

    pub(super) fn shown(&self) {
        self.multi.set_draw_target(ProgressDrawTarget::stderr());
    }

    pub(super) fn end(&self) {
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
