//! Who has the next turn: a schedule for each number, the same each time.

use std::collections::BTreeMap;

use super::super::random::Random;

/// Of so many turns one is where priorities may change.
const TURNS: u64 = 24;

/// One way to give turns to the calls of a batch.
pub(super) struct Schedule {
    kind: Kind,
    random: Random,
    /// Whether all that happens by itself is waited for before a turn is given: tasks that a tool has spawned, say.
    pub(super) settles: bool,
    /// Whether calls that wait for timers and the like are waited for, a while.
    patient: bool,
    /// Two calls of which the second is to have no turn before the first has ended.
    ordered: Option<(usize, usize)>,
}

enum Kind {
    /// The first call goes first, or the last.
    InOrder,
    Reversed,
    /// This one goes when no other can, or whenever it can.
    Last(usize),
    First(usize),
    /// Any.
    Walk,
    /// Each call has a priority, which is lost for a low one at a few turns.
    Ranked {
        ranks: BTreeMap<usize, u64>,
        changes: [u64; 2],
        turn: u64,
    },
}

impl Schedule {
    /// The schedule with this number for so many calls. First come those that are extreme.
    pub(super) fn numbered(number: u64, calls: usize) -> Self {
        let mut random = Random::new(number);
        let count = calls as u64;
        let (settles, patient) = (random.below(4) != 0, random.below(2) == 0);
        // A number below that of the calls is an index.
        let kind = match number {
            0 => Kind::InOrder,
            1 => Kind::Reversed,
            _ if number - 2 < count => Kind::Last((number - 2) as usize),
            _ if number - 2 - count < count => Kind::First((number - 2 - count) as usize),
            _ if random.below(2) == 0 => Kind::Walk,
            _ => Kind::Ranked {
                ranks: BTreeMap::new(),
                changes: [random.below(TURNS), random.below(TURNS)],
                turn: 0,
            },
        };
        let extreme = number < 2 + 2 * count;
        Self {
            kind,
            random,
            settles: settles || (extreme && number != 0),
            patient: patient || extreme,
            ordered: None,
        }
    }

    /// How many schedules are extreme.
    pub(super) fn extremes(calls: usize) -> u64 {
        2 + 2 * calls as u64
    }

    /// One that lets each call that asks go on at once.
    pub(super) fn serial() -> Self {
        Self {
            kind: Kind::InOrder,
            random: Random::new(0),
            settles: false,
            patient: false,
            ordered: None,
        }
    }

    /// The same, but that the second call has no turn before the first has ended.
    pub(super) fn ordered(mut self, first: usize, second: usize) -> Self {
        self.ordered = Some((first, second));
        self
    }

    /// Whether calls that wait are to come first, if they do within a while.
    pub(super) fn waits_for(&mut self, waiting: &[usize]) -> bool {
        match &self.kind {
            _ if !self.patient || waiting.is_empty() => false,
            Kind::InOrder | Kind::Reversed => false,
            Kind::Last(call) => waiting.iter().any(|waiting| waiting != call),
            Kind::First(call) => waiting.contains(call),
            Kind::Walk | Kind::Ranked { .. } => self.random.below(4) == 0,
        }
    }

    /// Who of those who ask goes next; nobody if one is still to end.
    pub(super) fn choose(
        &mut self,
        asking: &[usize],
        has_ended: impl Fn(usize) -> bool,
    ) -> Option<usize> {
        let held = self.ordered.filter(|(first, _)| !has_ended(*first));
        let asking = asking.iter().copied();
        let asking = asking.filter(|call| held.is_none_or(|(_, second)| second != *call));
        let asking: Vec<_> = asking.collect();
        match &mut self.kind {
            Kind::InOrder => asking.first().copied(),
            Kind::Reversed => asking.last().copied(),
            Kind::Last(last) => asking
                .iter()
                .find(|call| *call != last)
                .or(asking.first())
                .copied(),
            Kind::First(first) => asking
                .iter()
                .find(|call| *call == first)
                .or(asking.first())
                .copied(),
            Kind::Walk if asking.is_empty() => None,
            Kind::Walk => Some(*self.random.pick(&asking)),
            Kind::Ranked {
                ranks,
                changes,
                turn,
            } => {
                for call in &asking {
                    // Above what is lost.
                    ranks
                        .entry(*call)
                        .or_insert_with(|| 2 * TURNS + self.random.below(1 << 32));
                }
                let chosen = asking.iter().max_by_key(|call| ranks[call]).copied()?;
                if changes.contains(turn) {
                    ranks.insert(chosen, TURNS - (*turn).min(TURNS));
                }
                *turn += 1;
                Some(chosen)
            }
        }
    }
}
