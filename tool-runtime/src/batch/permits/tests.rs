//! The table of permits, without batches.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::rc::Rc;
use std::sync::Arc;

use proptest::prelude::*;

use super::{Batch, MAX_OVERTAKEN, Need, Needs, Refused, Resource, Table, Turn};

/// Whether the batch has a permit of its own.
type Fake = Rc<Cell<bool>>;

impl Batch for Fake {
    fn has_permit(&self) -> bool {
        self.get()
    }
}

/// A table that a test asks as batches do: whoever is refused stands in line, and whoever is next takes.
#[derive(Default)]
struct Desk {
    table: Table<Fake>,
    batches: BTreeMap<u64, Fake>,
    waiting: BTreeMap<Turn, Needs>,
    /// How often calls that stand in line were overtaken on what they need.
    overtaken: BTreeMap<(Turn, usize), u32>,
}

/// What a call needs: `0*2` is the first tool, of which two may run at once; `x*1` is a group, `a/x*1` what the tenant `a` has of it.
fn needs(text: &str) -> Needs {
    let need = |text: &str| {
        let (of, limit) = text.split_once('*').unwrap();
        let limit = limit.parse().unwrap();
        let resource = resource(of);
        Need { resource, limit }
    };
    text.split_whitespace().map(need).collect()
}

fn resource(text: &str) -> Resource {
    if let Some((tenant, of)) = text.split_once('/') {
        return Resource::Tenant(tenant.into(), Arc::new(resource(of)));
    }
    match text.parse() {
        Ok(tool) => Resource::Tool(tool),
        Err(_) if text == "thread" => Resource::Threads,
        Err(_) => Resource::Group(text.into()),
    }
}

impl Desk {
    fn batch(&mut self, ticket: u64) -> Fake {
        let batch = self.batches.entry(ticket);
        Rc::clone(batch.or_insert_with(|| Rc::new(Cell::new(true))))
    }

    fn take(&mut self, turn: Turn, needs: &Needs) -> bool {
        let batch = self.batch(turn.0);
        match self.table.take(turn, || batch, needs, |_| 1_000) {
            Ok(()) => {
                self.waiting.remove(&turn);
                let waiting = self.waiting.range(..turn);
                for (other, theirs) in waiting.filter(|(_, needs)| self.table.may_reserve(needs)) {
                    for (at, need) in theirs.iter().enumerate() {
                        if needs.iter().any(|own| own.resource == need.resource) {
                            *self.overtaken.entry((*other, at)).or_default() += 1;
                        }
                    }
                }
                true
            }
            Err(_) => {
                self.waiting.insert(turn, Arc::clone(needs));
                false
            }
        }
    }

    /// Lets all who can go take what they need.
    fn wake(&mut self) -> Vec<Turn> {
        let mut went = Vec::new();
        while let Some(turn) = self.next() {
            let needs = Arc::clone(&self.waiting[&turn]);
            assert!(
                self.take(turn, &needs),
                "{turn:?} was told that it could go"
            );
            went.push(turn);
        }
        went
    }

    fn next(&self) -> Option<Turn> {
        let (batch, call) = self.table.next()?;
        let is = |(_, other): &(&u64, &Fake)| Rc::ptr_eq(other, batch);
        let (ticket, _) = self.batches.iter().find(is).unwrap();
        Some((*ticket, call))
    }

    fn give_back(&mut self, needs: &Needs) -> Vec<Turn> {
        self.table.give_back(needs);
        self.wake()
    }

    fn is_empty(&self) -> bool {
        let shared = |(resource, taken): (&Resource, &usize)| {
            *taken == 0 && !matches!(resource, Resource::Tenant(..) | Resource::Lent(..))
        };
        self.table.taken.iter().all(shared)
            && self.table.lines.is_empty()
            && self.table.waiting == 0
    }
}

#[test]
fn all_permits_at_once_or_none() {
    let mut desk = Desk::default();
    let (both, tool, group) = (needs("0*1 x*1"), needs("0*1"), needs("x*1"));
    assert!(desk.take((1, 0), &group));
    assert!(!desk.take((1, 1), &both));
    // It stands in line and holds nothing.
    assert!(desk.take((2, 0), &tool));
    assert_eq!(desk.give_back(&group), []);
    assert_eq!(desk.give_back(&tool), [(1, 1)]);
    assert_eq!(desk.give_back(&both), []);
    assert!(desk.is_empty());
}

#[test]
fn the_first_batch_goes_first_and_in_it_the_first_call() {
    let mut desk = Desk::default();
    let one = needs("0*1");
    assert!(desk.take((1, 0), &one));
    for turn in [(3, 0), (2, 7), (2, 3), (4, 0)] {
        assert!(!desk.take(turn, &one));
    }
    for turn in [(2, 3), (2, 7), (3, 0), (4, 0)] {
        assert_eq!(desk.give_back(&one), [turn]);
    }
    desk.give_back(&one);
    assert!(desk.is_empty());
}

#[test]
fn who_comes_later_does_not_take_what_an_earlier_one_could_have() {
    let mut desk = Desk::default();
    let one = needs("0*1");
    assert!(desk.take((1, 0), &one));
    assert!(!desk.take((2, 0), &one));
    desk.table.give_back(&one);
    // The second batch has not been told yet.
    let batch = desk.batch(3);
    let refused = desk.table.take((3, 0), || batch, &one, |_| 9);
    assert_eq!(refused, Err(Refused::Waits(Resource::Tool(0))));
    assert!(desk.take((2, 0), &one));
}

#[test]
fn a_batch_without_a_permit_holds_up_no_other() {
    let mut desk = Desk::default();
    let one = needs("0*1");
    assert!(desk.take((1, 0), &one));
    assert!(!desk.take((2, 0), &one) && !desk.take((3, 0), &one));
    desk.batch(2).set(false);
    assert_eq!(desk.give_back(&one), [(3, 0)]);
    desk.batch(2).set(true);
    assert_eq!(desk.wake(), []);
    assert_eq!(desk.give_back(&one), [(2, 0)]);
}

#[test]
fn whoever_leaves_a_line_makes_room() {
    let mut desk = Desk::default();
    let (both, tool, group) = (needs("0*1 x*1"), needs("0*1"), needs("x*1"));
    assert!(desk.take((1, 0), &group));
    assert!(!desk.take((1, 1), &both));
    for index in 0..MAX_OVERTAKEN as usize {
        assert!(desk.take((2, index), &tool));
        desk.give_back(&tool);
    }
    assert!(!desk.take((2, 64), &tool));
    desk.table.leave((1, 1), &both);
    desk.waiting.remove(&(1, 1));
    assert_eq!(desk.wake(), [(2, 64)]);
    // Nobody minds one who leaves and never stood there.
    desk.table.leave((1, 1), &both);
    desk.give_back(&tool);
    desk.give_back(&group);
    assert!(desk.is_empty());
}

#[test]
fn only_so_many_wait() {
    let mut desk = Desk::default();
    let (one, other) = (needs("0*1"), needs("0*1 1*1"));
    assert!(desk.take((1, 0), &one));
    let mut refusal = |call, needs: &Needs| {
        let batch = desk.batch(1);
        desk.table.take((1, call), || batch, needs, |_| 2)
    };
    let waits = Err(Refused::Waits(Resource::Tool(0)));
    assert_eq!(refusal(1, &one), waits);
    assert_eq!(refusal(2, &one), waits);
    assert_eq!(refusal(3, &other), Err(Refused::QueueFull));
    assert_eq!(refusal(2, &one), waits, "it stands there already");
    assert_eq!(desk.table.lines.len(), 1);
}

#[test]
fn a_call_that_needs_two_permits_is_overtaken_64_times_on_each() {
    let mut desk = Desk::default();
    let (tool, group, both) = (needs("0*1"), needs("x*1"), needs("0*1 x*1"));
    // One of the two is always taken.
    assert!(desk.take((2, 0), &tool));
    assert!(!desk.take((1, 0), &both));
    let mut running = VecDeque::from([Arc::clone(&tool)]);
    let mut grants = 0;
    for index in 1..1_000 {
        let next = if index % 2 == 0 { &tool } else { &group };
        if desk.take((2, index), next) {
            running.push_back(Arc::clone(next));
            grants += 1;
        }
        let ended = running.pop_front().unwrap();
        let went = desk.give_back(&ended);
        if went.contains(&(1, 0)) {
            break;
        }
        for (_, call) in went {
            running.push_back(Arc::clone(if call % 2 == 0 { &tool } else { &group }));
            grants += 1;
        }
        assert!(!running.is_empty());
    }
    assert!(!desk.waiting.contains_key(&(1, 0)), "it never went");
    assert!(
        (MAX_OVERTAKEN..=2 * MAX_OVERTAKEN).contains(&grants),
        "{grants}"
    );
    assert!(desk.overtaken.values().all(|times| *times <= MAX_OVERTAKEN));
}

#[test]
fn two_calls_for_which_something_is_kept_do_not_wait_for_each_other() {
    let mut desk = Desk::default();
    let texts = ["0*1 x*1 y*1", "0*1 x*1 z*1"];
    let [first, second] = texts.map(needs);
    let (tool, group) = (needs("0*1"), needs("x*1"));
    let (y, z) = (needs("y*1"), needs("z*1"));
    assert!(desk.take((9, 0), &y) && desk.take((9, 1), &z));
    assert!(!desk.take((1, 0), &first) && !desk.take((2, 0), &second));
    for index in 0..MAX_OVERTAKEN as usize {
        for (at, need) in [&tool, &group].into_iter().enumerate() {
            assert!(desk.take((10, 2 * index + at), need));
            desk.give_back(need);
        }
    }
    assert!(!desk.take((11, 0), &tool) && !desk.take((11, 1), &group));
    // What is kept for the first is not kept from the first by the second, and the other way about it waits its turn.
    assert_eq!(desk.give_back(&z), []);
    assert_eq!(desk.give_back(&y), [(1, 0)]);
    assert_eq!(desk.give_back(&first), [(2, 0)]);
    assert_eq!(desk.give_back(&second), [(11, 0), (11, 1)]);
}

#[test]
fn for_who_waits_for_its_own_tenant_nothing_is_kept() {
    let mut desk = Desk::default();
    let (own, other) = (needs("a/x*1 x*2"), needs("b/x*1 x*2"));
    // The tenant has all that it may have, and asks for more.
    assert!(desk.take((1, 0), &own));
    assert!(!desk.take((1, 1), &own) && !desk.take((1, 2), &own));
    for index in 0..10 * MAX_OVERTAKEN as usize {
        assert!(desk.take((2, index), &other), "{index}");
        assert_eq!(desk.give_back(&other), []);
    }
    // Once it may have one more it goes first, as everybody does.
    assert!(desk.take((2, 1_000), &other));
    assert!(!desk.take((2, 1_001), &other));
    assert_eq!(desk.give_back(&own), [(1, 1)]);
    assert_eq!(desk.give_back(&other), [(2, 1_001)]);
    assert_eq!(desk.give_back(&own), [(1, 2)]);
    desk.give_back(&own);
    desk.give_back(&other);
    assert!(desk.is_empty());
}

#[test]
fn a_call_that_is_within_its_tenants_limit_is_overtaken_64_times() {
    let mut desk = Desk::default();
    let (own, group) = (needs("a/x*1 x*1 y*1"), needs("x*1"));
    let y = needs("y*1");
    assert!(desk.take((1, 0), &y));
    assert!(!desk.take((1, 1), &own));
    for index in 0..MAX_OVERTAKEN as usize {
        assert!(desk.take((2, index), &group));
        assert_eq!(desk.give_back(&group), []);
    }
    assert!(
        !desk.take((2, 64), &group),
        "the group is kept for the first"
    );
    assert_eq!(desk.give_back(&y), [(1, 1)]);
    assert_eq!(desk.give_back(&own), [(2, 64)]);
    desk.give_back(&group);
    assert!(desk.is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    /// Calls come in the order of their turns, in any order end, and batches have permits or have none.
    #[test]
    fn whoever_waits_goes(steps in prop::collection::vec((0_u8..8, any::<u8>()), 0..300)) {
        let kinds = [
            "0*1", "x*2", "0*1 x*2", "x*2 y*1 1*2", "thread*2 0*1", "y*1",
            "a/x*1 x*2", "b/x*1 x*2 y*1", "a/0*1 a/x*1 0*1 x*2",
        ]
        .map(needs);
        let mut desk = Desk::default();
        let mut running: BTreeMap<Turn, Needs> = BTreeMap::new();
        let mut arrived = 0;
        for (what, which) in steps {
            let at = usize::from(which);
            let kind = &kinds[at % kinds.len()];
            let went: BTreeSet<Turn> = match what {
                0..=3 => {
                    let turn = (arrived / 5, arrived as usize);
                    arrived += 1;
                    if desk.take(turn, kind) {
                        running.insert(turn, Arc::clone(kind));
                    }
                    BTreeSet::new()
                }
                4 | 5 => match running.keys().nth(at % running.len().max(1)).copied() {
                    Some(turn) => {
                        let needs = running.remove(&turn).unwrap();
                        let before = desk.waiting.clone();
                        let went = desk.give_back(&needs);
                        running.extend(went.iter().map(|turn| (*turn, Arc::clone(&before[turn]))));
                        went.into_iter().collect()
                    }
                    None => BTreeSet::new(),
                },
                _ => {
                    let batch = desk.batch(u64::from(which % 8));
                    batch.set(!batch.get());
                    let before = desk.waiting.clone();
                    let went = desk.wake();
                    running.extend(went.iter().map(|turn| (*turn, Arc::clone(&before[turn]))));
                    went.into_iter().collect()
                }
            };
            prop_assert!(went.iter().all(|turn| running.contains_key(turn)));
            for need in kinds.iter().flat_map(|needs| needs.iter()) {
                let taken = desk.table.taken.get(&need.resource).copied().unwrap_or(0);
                prop_assert!(taken <= need.limit);
            }
            prop_assert!(desk.overtaken.values().all(|times| *times <= MAX_OVERTAKEN));
            prop_assert_eq!(desk.table.waiting, desk.waiting.len());
        }
        // All end, whatever was kept for whom.
        desk.batches.values().for_each(|batch| batch.set(true));
        loop {
            let before = desk.waiting.clone();
            running.extend(desk.wake().iter().map(|turn| (*turn, Arc::clone(&before[turn]))));
            let Some((_, needs)) = running.pop_first() else { break };
            desk.table.give_back(&needs);
        }
        prop_assert!(desk.is_empty(), "{:?}", desk.waiting);
    }
}
