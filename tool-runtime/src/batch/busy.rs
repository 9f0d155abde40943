//! Polls that take long: a call that blocks or computes without awaiting keeps its worker from everybody else.
//!
//! Two ways lead to one. A poll is measured when it returns, from times that are read in any case where it can be. One that does not
//! return is seen by the timekeeper: each poll on a runtime of several threads leaves its call and its beginning in a *lane*, of
//! which there are as many as workers, so that a look takes as long as there are workers and not as there are calls. While nothing is
//! polled nobody looks; whoever polls next sees to it that somebody does.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::time::Instant;

use super::agenda::Event;
use super::core::Core;
use super::ledger::Ledger;
use super::slot::{Slot, Step};

/// Only the log is told of a poll while it goes on.
const IS_TOLD: bool = cfg!(feature = "tracing");

/// The polls of a batch that go on.
pub(super) struct Lanes {
    /// For each, a call's index and when the poll began; zero if there is none. None on one thread, where nobody could look.
    lanes: Box<[AtomicU64]>,
    /// Whether somebody is to look at them soon.
    is_watched: AtomicBool,
}

impl Lanes {
    /// For as many polls at once; `None` for one.
    pub(super) fn new(workers: Option<usize>) -> Self {
        let lanes = workers.map_or(0, usize::next_power_of_two);
        Self {
            lanes: (0..lanes).map(|_| AtomicU64::new(0)).collect(),
            is_watched: AtomicBool::new(true),
        }
    }

    /// Whether somebody will look at a poll that begins now, if anybody ever does.
    pub(super) fn is_watched(&self) -> bool {
        // Whoever sees this too late is seen by the last look, which comes after it was set.
        self.is_watched.load(Ordering::Relaxed)
    }

    /// Says that a call is polled, until what is returned is dropped; `None` if all lanes are taken, by calls that block in Tokio's way.
    #[inline]
    fn enter(&self, call: usize, since: &Since) -> Option<Lane<'_>> {
        match self.lanes.is_empty() {
            true => None,
            false => self.enter_one(call, since),
        }
    }

    fn enter_one(&self, call: usize, since: &Since) -> Option<Lane<'_>> {
        let (own, mask) = (own_lane(), self.lanes.len() - 1);
        let poll = ((call as u64 + 1) << 32) | u64::from(since.packed);
        (0..=mask).find_map(|offset| {
            let lane = &self.lanes[(own + offset) & mask];
            lane.compare_exchange(0, poll, Ordering::Relaxed, Ordering::Relaxed)
                .is_ok()
                .then(|| Lane(lane))
        })
    }

    /// The calls that are polled, and when the polls began.
    fn polls(&self) -> impl Iterator<Item = (usize, Duration)> {
        let lanes = self.lanes.iter();
        lanes.filter_map(|lane| unpacked(lane.load(Ordering::Relaxed)))
    }
}

/// A poll that goes on.
struct Lane<'a>(&'a AtomicU64);

impl Drop for Lane<'_> {
    fn drop(&mut self) {
        self.0.store(0, Ordering::Relaxed);
    }
}

/// The lane that this thread tries first.
fn own_lane() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    thread_local! {
        static OWN: usize = NEXT.fetch_add(1, Ordering::Relaxed);
    }
    OWN.with(|own| *own)
}

/// Since when a worker does nothing but poll a call. A difference of instants takes as long as all the rest, so what is made of one
/// serves for all polls that begin within a millisecond.
pub(super) struct Since {
    began: Instant,
    /// The same, up to a millisecond too early, for a lane.
    packed: u32,
    /// Until when that is so.
    fresh: Instant,
    /// No poll that returns before this took long.
    due: Instant,
}

impl Since {
    pub(super) fn new(core: &Core, began: Instant) -> Self {
        Self {
            began,
            packed: packed(began.saturating_duration_since(core.begun)),
            fresh: began + Duration::from_millis(1),
            due: began + core.rules.limits.slow_poll,
        }
    }

    /// The next poll of the same starter begins.
    pub(super) fn next(&mut self, core: &Core, began: Instant) {
        match began < self.fresh {
            true => self.began = began,
            false => *self = Self::new(core, began),
        }
    }
}

/// A time in a word: 22 bits of seconds (no batch takes 48 days), and 10 bits for their 954th parts.
fn packed(time: Duration) -> u32 {
    let seconds = (time.as_secs() & 0x3F_FFFF) as u32;
    (seconds << 10) | (time.subsec_nanos() >> 20)
}

/// A poll's call and when it began, up to two milliseconds too late and never too early: no poll is to seem longer than it is.
fn unpacked(poll: u64) -> Option<(usize, Duration)> {
    let call = (poll >> 32).checked_sub(1)?;
    let (seconds, part) = ((poll >> 10) & 0x3F_FFFF, poll & 0x3FF);
    let began = Duration::from_secs(seconds) + Duration::from_nanos((part + 2) << 20);
    Some((call as usize, began))
}

impl Core {
    /// Polls a call, in sight of who looks for polls that take long.
    #[inline]
    pub(super) fn poll(
        self: &Arc<Self>,
        index: usize,
        since: &Since,
        poll: impl FnOnce(&Slot) -> Step,
    ) -> Step {
        let _inside = self.inside(index);
        let _lane = self.lanes.enter(index, since);
        poll(&self.entries[index].slot)
    }

    /// A poll has returned by now.
    #[inline]
    pub(super) fn has_polled(self: &Arc<Self>, index: usize, since: &Since, now: Instant) {
        if now >= since.due {
            self.may_be_slow(index, now.saturating_duration_since(since.began));
        }
    }

    #[cold]
    fn may_be_slow(self: &Arc<Self>, index: usize, took: Duration) {
        let is_slow = took >= self.rules.limits.slow_poll;
        if is_slow && self.ledger().note_slow(index, took) {
            self.log_busy(index, took, false);
        }
    }

    /// Sees to it that somebody looks at polls that go on; true if the timekeeper is to be woken for that.
    pub(super) fn watch(&self, ledger: &mut Ledger, now: Instant) -> bool {
        if self.lanes.is_watched() {
            return false;
        }
        self.lanes.is_watched.store(true, Ordering::Relaxed);
        self.look_at(ledger, now + self.rules.limits.slow_poll)
    }

    /// The same for whoever does not hold the ledger, and is about to poll; true if the timekeeper was woken.
    pub(super) fn see_to_looks(&self) -> bool {
        if self.lanes.is_watched() {
            return false;
        }
        let early = self.watch(&mut self.ledger(), Instant::now());
        if early {
            self.alarm.notify_one();
        }
        early
    }

    /// Lets somebody look at polls from the start.
    pub(super) fn watch_from(&self, ledger: &mut Ledger, now: Instant) {
        if IS_TOLD && !self.lanes.lanes.is_empty() {
            self.look_at(ledger, now + self.rules.limits.slow_poll);
        }
    }

    fn look_at(&self, ledger: &mut Ledger, at: Instant) -> bool {
        ledger.look = Some(at);
        ledger.agenda.add(at, Event::Look)
    }

    /// Looks at the polls that go on, and tells the log of each that takes long, once.
    pub(super) fn look(self: &Arc<Self>, now: Instant) {
        let slow = self.rules.limits.slow_poll;
        let (mut told, mut next) = (Vec::new(), None::<Instant>);
        let mut ledger = self.ledger();
        for (index, began) in self.lanes.polls() {
            let took = now.saturating_duration_since(self.begun + began);
            if took >= slow {
                if ledger.note_slow(index, took) {
                    told.push((index, took));
                }
            } else {
                let due = self.begun + began + slow;
                next = Some(next.map_or(due, |next| next.min(due)));
            }
        }
        ledger.look = None;
        if let Some(next) = next {
            self.look_at(&mut ledger, next);
        } else if self.lanes.is_watched.swap(false, Ordering::Relaxed) {
            // The last one: a poll that began meanwhile may not have seen that nobody looks.
            self.look_at(&mut ledger, now + slow);
        }
        // The caller has no report of which the log was not told.
        ledger.telling += told.len();
        drop(ledger);
        for (index, took) in told {
            self.log_busy(index, took, true);
            let mut ledger = self.ledger();
            ledger.telling -= 1;
            self.unlock(ledger);
        }
    }

    /// A call has its result in the middle of a poll: notes how long that has taken.
    pub(super) fn note_poll(&self, ledger: &mut Ledger, index: usize, now: Instant) {
        let poll = self.lanes.polls().find(|(call, _)| *call == index);
        if let Some((_, began)) = poll
            && let Some(record) = ledger.records.get_mut(index)
        {
            let took = now.saturating_duration_since(self.begun + began);
            let slow = (took >= self.rules.limits.slow_poll).then_some(took);
            record.longest_poll = record.longest_poll.max(slow);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_poll_fits_a_word_and_never_seems_longer_than_it_is() {
        for call in [0, 1, 99_999, u32::MAX - 1] {
            for nanos in [0, 1, 1_048_575, 1_048_576, 999_999_999, 86_400_123_456_789] {
                let began = Duration::from_nanos(nanos);
                let poll = ((u64::from(call) + 1) << 32) | u64::from(packed(began));
                let (read, at) = unpacked(poll).unwrap();
                assert_eq!(read, call as usize);
                let late = at - began;
                assert!(late > Duration::from_millis(1) && late <= Duration::from_nanos(2 << 20));
            }
        }
        assert_eq!(unpacked(0), None);
    }

    #[test]
    fn as_many_polls_as_there_are_lanes_are_seen() {
        let now = Instant::now();
        let since = &Since {
            began: now,
            packed: 0,
            fresh: now,
            due: now,
        };
        let lanes = Lanes::new(Some(2));
        let first = lanes.enter(7, since);
        let second = lanes.enter(8, since);
        assert!(lanes.enter(9, since).is_none());
        let mut calls: Vec<_> = lanes.polls().map(|(call, _)| call).collect();
        calls.sort_unstable();
        assert_eq!(calls, [7, 8]);
        drop(first);
        assert!(lanes.enter(9, since).is_some());
        drop(second);
        assert_eq!(lanes.polls().count(), 0);
        assert!(Lanes::new(None).enter(0, since).is_none());
    }
}
