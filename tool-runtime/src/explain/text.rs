//! An explanation as text for a log: a line for each call, its waits and attempts beneath, then the batch.

use std::fmt;

use super::words::{calls, padded, shown, time, width};
use super::{ExplainedCall, Explanation};

/// A line for each call with its index, name, ending and times, beneath it what it waited for and which attempts failed; then
/// what the batch took, its critical path, the way to its last result and what limited it.
///
/// Names and errors are cut where they are long, and what would break a line is escaped.
impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.calls.len().saturating_sub(1).to_string().len();
        let names: Vec<String> = self
            .calls
            .iter()
            .map(|call| shown(&call.name, 32))
            .collect();
        let endings: Vec<String> = self.calls.iter().map(ExplainedCall::ending).collect();
        // One that is long moves only its own times.
        let ending = endings
            .iter()
            .map(|text| width(text))
            .filter(|width| *width <= 28);
        let (name, ending) = (longest(&names), ending.max().unwrap_or_default());
        for (index, call) in self.calls.iter().enumerate() {
            let (shown, ended) = (padded(&names[index], name), padded(&endings[index], ending));
            writeln!(f, "{index:>digits$} {shown}  {ended}  {}", times(call))?;
            for line in call.details() {
                writeln!(f, "{:digits$}   {line}", "")?;
            }
        }
        let (wall, one_by_one) = (time(self.wall), time(self.one_by_one));
        let speed_up = self.speed_up();
        writeln!(f, "took {wall}, one by one {one_by_one}: {speed_up:.1}x")?;
        let path = &self.critical_path;
        writeln!(
            f,
            "critical path: {}, {}",
            calls(&path.calls),
            time(path.duration)
        )?;
        writeln!(f, "the way to the last result: {}", self.way())?;
        write!(f, "limited by {}", self.limit())
    }
}

impl Explanation {
    /// The path, from its start; of a long one the last stretches.
    fn way(&self) -> String {
        let skipped = self.path.len().saturating_sub(12);
        let mut stretches: Vec<String> = self.path[skipped..]
            .iter()
            .map(|stretch| stretch.told())
            .collect();
        if skipped > 0 {
            stretches.insert(0, format!("{skipped} more …"));
        }
        match stretches.as_slice() {
            [] => "nothing took time".to_owned(),
            stretches => stretches.join(", "),
        }
    }
}

fn times(call: &ExplainedCall) -> String {
    let ran = match call.span {
        Some(span) => {
            let (from, to) = (time(span.started), time(span.finished));
            format!("{from} to {to}: {}", call.took())
        }
        None => "not started".to_owned(),
    };
    match call.queued.is_zero() {
        true => ran,
        false => format!("{ran}; queued at {}", time(call.queued)),
    }
}

fn longest(texts: &[String]) -> usize {
    texts
        .iter()
        .map(|text| width(text))
        .max()
        .unwrap_or_default()
}
