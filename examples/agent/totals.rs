//! What the turns of a run come to.

use std::fmt;
use std::time::Duration;

use tool_runtime::Report;

/// Sums over turns with calls.
#[derive(Debug, Default)]
pub(crate) struct Totals {
    pub(crate) turns: usize,
    calls: usize,
    failed: usize,
    /// What all calls would have taken one after the other, behind the response.
    one_by_one: Duration,
    /// How long the conversation waited for them behind the response.
    waited: Duration,
    /// How long the model wrote.
    pub(crate) model: Duration,
}

impl Totals {
    pub(crate) fn add(&mut self, report: &Report, waited: Duration) {
        self.turns += 1;
        self.calls += report.results().len();
        self.failed += failed(report);
        self.one_by_one += report.one_by_one();
        self.waited += waited;
    }
}

impl fmt::Display for Totals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (turns, calls) = (counted(self.turns, "turn"), counted(self.calls, "call"));
        write!(f, "{turns} with {calls}")?;
        if self.failed > 0 {
            write!(f, ", {} of them failed", self.failed)?;
        }
        let times = [self.model, self.waited, self.one_by_one].map(shown);
        let [model, waited, one_by_one] = times;
        write!(
            f,
            "; the model took {model} and its tools {waited} more, where one by one behind it they take {one_by_one}"
        )
    }
}

/// How many results are errors.
pub(crate) fn failed(report: &Report) -> usize {
    let results = report.results().iter();
    results.filter(|result| result.is_error()).count()
}

/// `150 ms`, `1.2 s`.
pub(crate) fn shown(time: Duration) -> String {
    match time.as_millis() {
        short @ ..1_000 => format!("{short} ms"),
        _ => format!("{:.1} s", time.as_secs_f64()),
    }
}

/// `3 calls`, `1 call`.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    let s = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{s}")
}
