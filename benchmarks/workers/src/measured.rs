//! How long calls took, as the report says it.

use std::error::Error;
use std::time::Duration;

use tool_runtime::{Bound, ToolCall};

use crate::cpu::cpu;

/// What a run of calls took.
pub struct Measured {
    calls: usize,
    wall: Duration,
    p50: Duration,
    p99: Duration,
    /// What the calls cost this process, the server and all workers.
    cpu: [Duration; 3],
}

/// Who else works.
#[derive(Default)]
pub struct Processes {
    pub server: Option<u32>,
    pub workers: Vec<u32>,
}

impl Processes {
    fn cpu(&self) -> [Duration; 3] {
        let own = cpu(std::process::id());
        let workers = self.workers.iter().copied().map(cpu).sum();
        [own, self.server.map(cpu).unwrap_or_default(), workers]
    }
}

/// Runs so many calls, so many at once, each of which is to succeed.
pub async fn measured(
    desk: &Bound<()>,
    calls: usize,
    at_once: usize,
    processes: &Processes,
) -> Result<Measured, Box<dyn Error>> {
    let call = |index: usize| ToolCall::new(index.to_string(), "wait_a_millisecond", "{}");
    let warm: Vec<_> = (0..at_once).map(call).collect();
    desk.run(warm).await;
    let before = processes.cpu();
    let report = desk.run((0..calls).map(call).collect::<Vec<_>>()).await;
    let after = processes.cpu();
    let mut took = Vec::new();
    for result in report.results() {
        let span = match result.is_error() {
            true => return Err(result.text().into()),
            false => result.span().ok_or("a call that was not run")?,
        };
        took.push(span.finished - span.started);
    }
    took.sort();
    let at = |share: usize| took[(took.len() - 1) * share / 100];
    Ok(Measured {
        calls,
        wall: report.wall(),
        p50: at(50),
        p99: at(99),
        cpu: [0, 1, 2].map(|index| after[index].saturating_sub(before[index])),
    })
}

impl Measured {
    pub fn print(&self, what: &str, at_once: usize, beside: &Self) {
        let rate = self.calls as f64 / self.wall.as_secs_f64();
        let added = |own: Duration, others: Duration| match own.checked_sub(others) {
            Some(more) => format!("{:.2} ms", milliseconds(more)),
            None => "none".to_owned(),
        };
        let [caller, server, workers] = self.cpu.map(|cpu| match cpu.is_zero() {
            true => "–".to_owned(),
            false => format!("{:.0} µs", cpu.as_secs_f64() * 1e6 / self.calls as f64),
        });
        println!(
            "| {what} | {at_once} | {rate:.0} | {:.2} ms | {:.2} ms | {} | {} | {caller} | {server} | {workers} |",
            milliseconds(self.p50),
            milliseconds(self.p99),
            added(self.p50, beside.p50),
            added(self.p99, beside.p99),
        );
    }
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}
