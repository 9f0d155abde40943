//! An order of several batches, held against one that looks at every pair of calls.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::{Freed, Order, Place, SLACK};
use crate::batch::plan::{Class, Last};
use crate::tool::{Access, CallEffects, EffectKey, Touches};

/// A call as the oracle sees it.
#[derive(Debug)]
struct Known {
    place: Place,
    /// Its batch and its index there.
    is: (usize, usize),
    class: Class,
    effects: CallEffects,
    known: bool,
    ended: bool,
    told: bool,
}

impl Known {
    fn touches(&self) -> Option<&Touches> {
        match (self.known, self.ended) {
            (true, _) => Some(&self.effects.0),
            (false, false) => Some(&Touches::Undeclared),
            (false, true) => None,
        }
    }

    fn is_settled(&self) -> bool {
        self.ended && (self.told || !self.known)
    }

    /// Whether those after it may have to wait for something that is not known yet.
    fn is_unknown(&self) -> bool {
        !self.known && !self.ended && matches!(self.class, Class::Keyed | Class::Any)
    }
}

fn conflict(earlier: &Known, later: &Known) -> bool {
    let (Some(earlier), Some(later)) = (earlier.touches(), later.touches()) else {
        return false;
    };
    match (earlier, later) {
        (Touches::Pure, _) | (_, Touches::Pure) => false,
        (Touches::Exclusive, _) | (_, Touches::Exclusive) => true,
        (Touches::Undeclared, _) | (_, Touches::Undeclared) => false,
        (Touches::Keys(earlier), Touches::Keys(later)) => earlier.iter().any(|one| {
            later.iter().any(|other| {
                let writes = one.access == Access::Write || other.access == Access::Write;
                writes && one.key.overlaps(&other.key)
            })
        }),
    }
}

/// An order and its oracle, driven together.
struct Pair {
    order: Order<usize>,
    /// Those that have not settled.
    calls: Vec<Known>,
    entered: usize,
    log: Vec<String>,
}

type Choice = (u8, u8, u8);

impl Pair {
    fn new() -> Self {
        Self {
            order: Order::default(),
            calls: Vec::new(),
            entered: 0,
            log: Vec::new(),
        }
    }

    /// Whoever waits for nothing any more, by every pair.
    fn newly_free(&mut self) -> Vec<(usize, usize)> {
        let mut free = Vec::new();
        loop {
            let next = (0..self.calls.len()).find(|&j| {
                let (before, call) = (&self.calls[..j], &self.calls[j]);
                let placed =
                    call.effects.0 == Touches::Pure || before.iter().all(|call| !call.is_unknown());
                let waits = || {
                    let mut open = before.iter().filter(|call| !call.is_settled());
                    open.any(|earlier| conflict(earlier, call))
                };
                call.known && !call.told && placed && !waits()
            });
            let Some(next) = next else { break };
            self.calls[next].told = true;
            free.push(self.calls[next].is);
        }
        self.calls.retain(|call| !call.is_settled());
        free.sort_unstable();
        free
    }

    fn compare(
        &mut self,
        freed: Vec<Freed<usize>>,
        by: Option<(usize, usize)>,
    ) -> Result<(), TestCaseError> {
        for Freed { batch, last, .. } in &freed {
            let expected = by.map(|(ended, call)| match ended == *batch {
                true => Last::Call(call),
                false => Last::Other,
            });
            prop_assert_eq!(*last, expected);
        }
        let mut freed: Vec<_> = freed
            .into_iter()
            .map(|freed| (freed.batch, freed.call))
            .collect();
        freed.sort_unstable();
        let expected = self.newly_free();
        let log = &self.log[self.log.len().saturating_sub(30)..];
        prop_assert_eq!(freed, expected, "{:#?}", log);
        let open = self.calls.iter().filter(|call| !call.ended).count();
        prop_assert_eq!(self.order.open, open);
        Ok(())
    }

    fn enter(&mut self, (what, which): (u8, u8)) -> Result<(), TestCaseError> {
        let key = |path: &str| [EffectKey::new("d").path(path)];
        let (reads, writes) = (CallEffects::reads, CallEffects::writes);
        let path = ["", "a", "b", "a/b", "a/c"][usize::from(which) % 5];
        let (class, effects) = match what % 12 {
            0 => (Class::Any, CallEffects::exclusive()),
            1 => (Class::Undeclared, CallEffects::undeclared()),
            2 => (Class::Any, CallEffects::undeclared()),
            3 => (Class::Any, CallEffects::pure()),
            4 => (Class::Keyed, CallEffects::reads([]).in_group("g")),
            5 => (Class::Keyed, reads(key(path)).and_writes(key("a/b"))),
            6..9 => (Class::Keyed, reads(key(path))),
            _ => (Class::Keyed, writes(key(path))),
        };
        let is = (usize::from(which) % 3, self.entered);
        self.entered += 1;
        let place = self.order.enter(is.0, is.1, class);
        self.calls.push(Known {
            place,
            is,
            class,
            effects,
            known: false,
            ended: false,
            told: false,
        });
        Ok(())
    }

    fn know(&mut self, at: usize) -> Result<(), TestCaseError> {
        let call = &mut self.calls[at];
        call.known = true;
        let freed = self.order.know(call.place, call.effects.clone());
        self.compare(freed, None)
    }

    fn end(&mut self, at: usize) -> Result<(), TestCaseError> {
        let call = &mut self.calls[at];
        call.ended = true;
        let (place, is) = (call.place, call.is);
        let freed = self.order.end(place, |one, other| one == other);
        self.compare(freed, Some(is))?;
        // It may be said again, and then means nothing.
        let again = self.order.end(place, |one, other| one == other);
        prop_assert!(again.is_empty());
        Ok(())
    }

    /// One step; at most `most` calls are open.
    fn step(&mut self, (which, what, at): Choice, most: usize) -> Result<(), TestCaseError> {
        let pick = |of: Vec<usize>| (!of.is_empty()).then(|| of[usize::from(at) % of.len()]);
        let calls = || self.calls.iter().enumerate();
        let unknown = calls().filter(|(_, call)| !call.known && !call.ended);
        let unknown = pick(unknown.map(|(at, _)| at).collect());
        let running = calls().filter(|(_, call)| call.told && !call.ended);
        let running = pick(running.map(|(at, _)| at).collect());
        let open = pick(
            calls()
                .filter(|(_, call)| !call.ended)
                .map(|(at, _)| at)
                .collect(),
        );
        let full = self.order.open >= most;
        self.log
            .push(format!("{which} {what} {at} of {:?}", self.calls));
        match (which % 16, unknown, running, open) {
            (0..6, ..) if !full => self.enter((what, at)),
            (0..11, Some(at), ..) => self.know(at),
            (0..15, _, Some(at), _) => self.end(at),
            // Whatever it is about: it is cancelled.
            (_, _, _, Some(at)) => self.end(at),
            _ => self.enter((what, at)),
        }
    }

    fn drain(&mut self) -> Result<(), TestCaseError> {
        while let Some(at) = self.calls.iter().position(|call| !call.known) {
            self.know(at)?;
        }
        while let Some(at) = self.calls.iter().position(|call| call.told && !call.ended) {
            self.end(at)?;
        }
        prop_assert!(self.calls.is_empty(), "{:?}", self.calls);
        Ok(())
    }
}

fn check(cases: u32, steps: usize, most: usize) {
    let config = Config {
        cases,
        failure_persistence: None,
        max_shrink_iters: 200,
        ..Config::default()
    };
    let choices = prop::collection::vec(any::<Choice>(), steps..=steps);
    let outcome = TestRunner::new(config).run(&choices, |choices| {
        let mut pair = Pair::new();
        for choice in choices {
            pair.step(choice, most)?;
            pair.log.drain(..pair.log.len().saturating_sub(30));
        }
        pair.drain()
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}

#[test]
fn calls_are_free_when_every_pair_says_so() {
    check(2_000, 60, 8);
}

/// Long enough that what has settled is forgotten, more than once.
#[test]
fn what_is_forgotten_makes_no_difference() {
    check(30, 5 * SLACK + 1_000, 12);
}

/// However long calls overlap, only those that have not settled are kept, and some.
#[test]
fn an_order_that_is_never_empty_does_not_grow() {
    let mut order = Order::default();
    let writes = || CallEffects::writes([EffectKey::new("d").path("a")]);
    let mut last = order.enter(0, 0, Class::Keyed);
    assert_eq!(order.know(last, writes()).len(), 1);
    for call in 1..100_000 {
        let next = order.enter(0, call, Class::Keyed);
        assert!(order.know(next, writes()).is_empty());
        assert_eq!(order.end(last, |_, _| true).len(), 1);
        last = next;
        assert!(order.places.len() <= SLACK + 4 && order.members.len() <= SLACK + 4);
    }
}
