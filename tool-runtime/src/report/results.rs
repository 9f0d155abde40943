//! The results of a batch in one piece.

use std::sync::Arc;

use tokio::time::Instant;

use super::result::{Told, ToolResult};
use crate::ToolCall;
use crate::tool::Calls;

/// Results of calls that follow one another, and the calls.
pub(crate) struct Results {
    calls: Arc<Calls>,
    /// Which call the first is of.
    first: usize,
    told: Vec<Told>,
}

impl Results {
    /// What was told of all calls.
    pub(crate) fn all(calls: Arc<Calls>, told: Vec<Told>) -> Vec<ToolResult> {
        let count = told.len();
        let first = 0;
        let results = Arc::new(Self { calls, first, told });
        (0..count)
            .map(|place| ToolResult::at(Arc::clone(&results), place))
            .collect()
    }

    /// What was told of one call.
    pub(crate) fn one(calls: Arc<Calls>, index: usize, told: Told) -> ToolResult {
        let results = Self {
            calls,
            first: index,
            told: vec![told],
        };
        ToolResult::at(Arc::new(results), 0)
    }

    pub(super) fn calls(&self) -> &Calls {
        &self.calls
    }

    pub(super) fn index(&self, place: usize) -> usize {
        self.first + place
    }

    pub(super) fn told(&self, place: usize) -> &Told {
        &self.told[place]
    }
}

/// Calls that no batch runs any more.
pub(super) fn alone(calls: Vec<ToolCall>) -> Arc<Calls> {
    Arc::new(Calls::new(Instant::now(), calls))
}
