//! Runs batches, one call after the other or as a schedule says.

use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::{Duration, Instant};

use super::schedule::Schedule;
use super::turnstile::Turnstile;
use crate::tool::State;
use crate::{Bound, Report, ToolCall};

/// So often in a row nothing has to happen before it counts as certain that nothing will.
const QUIET: u32 = 3;

/// How long a batch does nothing before it counts as stuck.
const STUCK: Duration = Duration::from_secs(10);

/// How many turns a batch has before it counts as one that does not end.
const MOST_TURNS: usize = 10_000;

/// How long calls that wait are waited for before a turn: in real time, and at most on a clock that is paused.
const PATIENCE: Duration = Duration::from_millis(2);
const PAUSED_PATIENCE: Duration = Duration::from_secs(4);

/// How often in a batch they are.
const TIMES: u32 = 8;

/// A batch that does not end.
#[derive(Debug)]
pub(super) struct Stuck;

/// Runs each call when the one before it has its result, in one batch, so that what a failure means for later calls is as it is.
pub(super) async fn one_by_one<S: State>(
    desk: &Bound<S>,
    turnstile: &Turnstile,
    calls: &[ToolCall],
) -> Result<Report, Stuck> {
    let batch = async {
        let batch = desk.start();
        for call in calls {
            let index = batch.push(call.clone());
            std::future::poll_fn(|context| {
                turnstile.watch(context.waker());
                match turnstile.is_finished(index) {
                    true => Poll::Ready(()),
                    false => Poll::Pending,
                }
            })
            .await;
        }
        batch.finish().await
    };
    Drive::new(turnstile, pin!(batch))
        .run(Schedule::serial())
        .await
}

/// Runs the batch as it runs in a program, but that the schedule says who goes next.
pub(super) async fn interleaved<S: State>(
    desk: &Bound<S>,
    turnstile: &Turnstile,
    calls: &[ToolCall],
    schedule: Schedule,
) -> Result<Report, Stuck> {
    let batch = desk.run(calls);
    Drive::new(turnstile, pin!(batch)).run(schedule).await
}

struct Drive<'a, F> {
    turnstile: &'a Turnstile,
    batch: Pin<&'a mut F>,
    report: Option<Report>,
}

impl<'a, F: Future<Output = Report>> Drive<'a, F> {
    fn new(turnstile: &'a Turnstile, batch: Pin<&'a mut F>) -> Self {
        let report = None;
        Self {
            turnstile,
            batch,
            report,
        }
    }

    async fn run(mut self, mut schedule: Schedule) -> Result<Report, Stuck> {
        let mut patience = TIMES;
        loop {
            if schedule.settles || self.turnstile.was_kept() {
                self.settle().await;
            }
            if let Some(report) = self.report.take() {
                return Ok(report);
            }
            let seen = self.turnstile.changes();
            let asking = self.turnstile.asking();
            let is_free = !asking.is_empty() && !self.turnstile.is_taken();
            if is_free && patience > 0 && schedule.waits_for(&self.turnstile.waiting()) {
                patience -= 1;
                self.wait_a_while(seen).await;
                continue;
            }
            let has_ended = |call| self.turnstile.is_finished(call);
            match schedule.choose(&asking, has_ended).filter(|_| is_free) {
                Some(call) if self.turnstile.grant(call) < MOST_TURNS => {}
                Some(_) => return Err(Stuck),
                None => self.changed(seen).await?,
            }
        }
    }

    /// Polls the batch; whether anything has changed since then.
    fn poll(&mut self, seen: u64, context: &mut std::task::Context<'_>) -> bool {
        self.turnstile.watch(context.waker());
        if self.report.is_none()
            && let Poll::Ready(report) = self.batch.as_mut().poll(context)
        {
            self.report = Some(report);
        }
        self.report.is_some() || self.turnstile.changes() != seen
    }

    /// Lets everything happen that does by itself.
    async fn settle(&mut self) {
        let mut quiet = 0;
        while quiet < QUIET && self.report.is_none() {
            let seen = self.turnstile.changes();
            tokio::task::yield_now().await;
            let changed = std::future::poll_fn(|context| Poll::Ready(self.poll(seen, context)));
            quiet = if changed.await { 0 } else { quiet + 1 };
        }
    }

    /// Waits until something changes, or so long.
    async fn within(&mut self, seen: u64, time: Duration) -> bool {
        let mut over = pin!(tokio::time::sleep(time));
        std::future::poll_fn(|context| {
            if self.poll(seen, context) {
                return Poll::Ready(true);
            }
            over.as_mut().poll(context).map(|()| false)
        })
        .await
    }

    async fn changed(&mut self, seen: u64) -> Result<(), Stuck> {
        let from = Instant::now();
        while !self.within(seen, Duration::from_secs(1)).await {
            // On a clock that is paused a batch has its end too: that of its time.
            if from.elapsed() > STUCK {
                return Err(Stuck);
            }
        }
        Ok(())
    }

    /// Lets a clock go on, a paused one further: nothing else happens on it meanwhile.
    async fn wait_a_while(&mut self, seen: u64) {
        let (from, mut pause, mut waited) =
            (Instant::now(), Duration::from_millis(1), Duration::ZERO);
        while from.elapsed() < PATIENCE && waited < PAUSED_PATIENCE {
            if self.within(seen, pause).await {
                return;
            }
            waited += pause;
            pause *= 2;
        }
    }
}
