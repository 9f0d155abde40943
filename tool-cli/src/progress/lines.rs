//! A line for each thing that happens, where nobody looks at a terminal.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tool_runtime::{Progress, ToolCall, ToolResult};

use super::ended;
use crate::out;

/// How often a line tells how far one call is.
const EVERY: Duration = Duration::from_secs(1);

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
    fn state(&self) -> MutexGuard<'_, Counted> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn begin(&self, title: &str, calls: usize) {
        *self.state() = Counted {
            title: title.to_owned(),
            calls,
            ..Counted::default()
        };
    }

    pub(super) fn progress(&self, index: usize, call: &ToolCall, progress: &Progress) {
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

    pub(super) fn finished(&self, index: usize, result: &ToolResult) {
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
