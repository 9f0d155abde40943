//! Random batches under random schedules, held against an oracle that looks at every pair of calls.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestError, TestRunner};

use super::Written;
use crate::batch::plan::graph::Carries;
use crate::batch::plan::{End, Last, Plan, Start};
use crate::batch::policy::OnFailure;
use crate::tool::{Access, Touches};

/// What is wrong with an oracle, so that it is seen that the plan is held to something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flaw {
    None,
    /// Only equal keys overlap.
    ExactKeys,
    /// A write does not wait for reads.
    ReadsAreForgotten,
    /// A call that was not started settles at once.
    GhostsSettle,
    /// Nobody but the failed call's own dependents is skipped.
    NothingPassesOn,
    /// Keys are given back in a pause.
    PausesSettle,
    /// The stop of a group passes along all that is written.
    GroupsAreWrites,
}

/// A call as the oracle sees it.
#[derive(Debug)]
struct Known {
    written: Written,
    stage: Stage,
    end: Option<End>,
    settled: bool,
    held: usize,
    /// It has failed and is to be started again: it keeps its place and has no permit.
    pauses: bool,
    /// It was started without anybody asking what it touches.
    free: bool,
    /// An attempt of it has failed, and so it is not skipped any more.
    begun: bool,
    /// Its failure reaches those that use what it writes, or those of its group.
    fails: Option<Reach>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    Writes,
    Group,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Waiting,
    Preparing,
    /// It runs and nobody has asked what it touches.
    Free,
    Prepared,
    Started,
    /// The pause is over, and it waits for a permit.
    Again,
    Outside,
}

struct Model {
    flaw: Flaw,
    on_failure: OnFailure,
    calls: Vec<Known>,
    stopped_by: Option<usize>,
    stops: BTreeSet<usize>,
}

impl Model {
    fn touches(&self, call: usize) -> &Touches {
        let Known { written, stage, .. } = &self.calls[call];
        match stage {
            Stage::Prepared | Stage::Started | Stage::Again if !self.calls[call].free => {
                &written.effects.0
            }
            _ if written.effects.0 == Touches::Pure => &Touches::Pure,
            _ => &Touches::Undeclared,
        }
    }

    fn writes(&self, call: usize) -> bool {
        match self.touches(call) {
            Touches::Exclusive => true,
            Touches::Keys(keys) => keys.iter().any(|touch| touch.access == Access::Write),
            Touches::Pure | Touches::Undeclared => false,
        }
    }

    /// Whether a call has a place in the order as soon as those before it have one.
    fn is_known(&self, call: usize) -> bool {
        use crate::batch::plan::Class;
        let Known { written, stage, .. } = &self.calls[call];
        let declares = matches!(written.class, Some(Class::Keyed | Class::Any));
        !declares || !matches!(stage, Stage::Waiting | Stage::Preparing)
    }

    fn is_placed(&self, call: usize) -> bool {
        *self.touches(call) == Touches::Pure || (0..call).all(|earlier| self.is_known(earlier))
    }

    /// What passes from `i` to a later `j` if they conflict.
    fn edge(&self, i: usize, j: usize) -> Option<Carries> {
        if [i, j]
            .map(|call| self.calls[call].stage)
            .contains(&Stage::Outside)
        {
            return None;
        }
        match (self.touches(i), self.touches(j)) {
            (Touches::Pure, _) | (_, Touches::Pure) => None,
            (Touches::Exclusive, Touches::Undeclared)
            | (Touches::Undeclared, Touches::Exclusive) => Some(Carries::NOTHING),
            (Touches::Undeclared, _) | (_, Touches::Undeclared) => None,
            (_, Touches::Exclusive) | (Touches::Exclusive, _) => Some(Carries {
                write: self.writes(i),
                group: false,
            }),
            (Touches::Keys(before), Touches::Keys(after)) => {
                let mut carries = None;
                for (a, b) in before
                    .iter()
                    .flat_map(|a| after.iter().map(move |b| (a, b)))
                {
                    let overlap = match self.flaw {
                        Flaw::ExactKeys => a.key == b.key,
                        _ => a.key.overlaps(&b.key),
                    };
                    let write = a.access == Access::Write;
                    let conflict = match self.flaw {
                        Flaw::ReadsAreForgotten => write,
                        _ => write || b.access == Access::Write,
                    };
                    if overlap && conflict {
                        let carries: &mut Carries = carries.get_or_insert_default();
                        carries.write |= write;
                        carries.group |= a.key.is_group();
                    }
                }
                carries
            }
        }
    }

    fn settled(&self) -> Vec<bool> {
        let mut settled: Vec<bool> = Vec::new();
        for (j, call) in self.calls.iter().enumerate() {
            let ghost = call.stage == Stage::Prepared && call.end.is_some();
            let waits = self.flaw != Flaw::GhostsSettle
                && (call.held > 0 || (0..j).any(|i| !settled[i] && self.edge(i, j).is_some()));
            settled.push(match ghost {
                true => !waits,
                false => call.settled || (self.flaw == Flaw::PausesSettle && call.pauses),
            });
        }
        settled
    }

    fn ready(&self) -> BTreeSet<usize> {
        let settled = self.settled();
        let is_ready = |&j: &usize| {
            let call = &self.calls[j];
            call.stage == Stage::Prepared
                && call.end.is_none()
                && call.held == 0
                && self.is_placed(j)
                && (0..j).all(|i| settled[i] || self.edge(i, j).is_none())
        };
        let again = |&j: &usize| self.calls[j].stage == Stage::Again && self.calls[j].end.is_none();
        (0..self.calls.len())
            .filter(|j| is_ready(j) || again(j))
            .collect()
    }

    /// The failed calls on which each call relies.
    fn roots(&self) -> Vec<BTreeSet<usize>> {
        let (mut writes, mut group) =
            (Vec::<BTreeSet<usize>>::new(), Vec::<BTreeSet<usize>>::new());
        let mut inherited = Vec::new();
        for j in 0..self.calls.len() {
            let (mut by_write, mut by_group) = (BTreeSet::new(), BTreeSet::new());
            for i in 0..j {
                let Some(carries) = self.edge(i, j) else {
                    continue;
                };
                let passes = |root: &&usize| self.flaw != Flaw::NothingPassesOn || **root == i;
                if carries.write {
                    by_write.extend(writes[i].iter().filter(passes));
                }
                if carries.group || (self.flaw == Flaw::GroupsAreWrites && carries.write) {
                    by_group.extend(group[i].iter().filter(passes));
                }
            }
            inherited.push(&by_write | &by_group);
            match self.calls[j].fails {
                Some(Reach::Writes) => drop(by_write.insert(j)),
                Some(Reach::Group) => drop(by_group.insert(j)),
                None => {}
            }
            writes.push(by_write);
            group.push(by_group);
        }
        inherited
    }

    /// Skips what is to be skipped, each with the calls it may be because of.
    fn skip(&mut self) -> Vec<(usize, BTreeSet<usize>)> {
        let mut skipped = Vec::new();
        loop {
            let roots = self.roots();
            let next = (0..self.calls.len()).find_map(|call| {
                let Known {
                    written,
                    stage,
                    end,
                    ..
                } = &self.calls[call];
                if end.is_some() || written.never_skipped || self.calls[call].begun {
                    return None;
                }
                let stopped = self.stopped_by.is_some_and(|failed| failed < call);
                let is_skipped = match stage {
                    Stage::Waiting => stopped,
                    Stage::Prepared => stopped || (self.is_placed(call) && !roots[call].is_empty()),
                    _ => false,
                };
                is_skipped.then(|| match stopped {
                    true => (call, &roots[call] | &self.stops),
                    false => (call, roots[call].clone()),
                })
            });
            let Some((call, because)) = next else {
                return skipped;
            };
            self.end(call, End::Failed);
            skipped.push((call, because));
        }
    }

    fn end(&mut self, call: usize, end: End) {
        let writes = self.writes(call);
        let this = &mut self.calls[call];
        this.end = Some(end);
        match this.stage {
            Stage::Waiting | Stage::Preparing | Stage::Free => {
                (this.stage, this.settled) = (Stage::Outside, true);
            }
            // Nothing of it runs.
            Stage::Again => this.settled = true,
            Stage::Started => this.settled |= !writes || this.pauses,
            Stage::Prepared | Stage::Outside => {}
        }
    }

    /// It ended for a reason of its own.
    fn finish(&mut self, call: usize, end: End) {
        self.calls[call].fails = match (end, self.on_failure) {
            (End::Unknown, _) | (End::Failed, OnFailure::SkipDependents) => Some(Reach::Writes),
            (End::Failed, OnFailure::StopGroup) => Some(Reach::Group),
            _ => None,
        };
        if self.on_failure == OnFailure::StopAll
            && matches!(end, End::Failed | End::Unknown)
            && self.stopped_by.is_none_or(|failed| call < failed)
        {
            self.stopped_by = Some(call);
            self.stops.insert(call);
        }
        self.end(call, end);
    }
}

/// A plan and its oracle, driven together.
struct Pair {
    plan: Plan,
    model: Model,
    texts: Vec<String>,
    limit: usize,
    log: Vec<String>,
}

type Choice = (u8, u8, u8);

#[derive(Clone, Copy, Debug)]
enum Action {
    Push,
    Start,
    Prepared(usize),
    Reject(usize),
    Cancel(usize),
    Finish(usize),
    Settle(usize),
    Release(usize),
    Unpark(usize),
    BackOff(usize),
    StartAgain(usize),
}

impl Pair {
    fn actions(&self) -> Vec<Action> {
        let (mut actions, mut waiting) = (Vec::new(), Vec::new());
        if self.model.calls.len() < self.texts.len() {
            actions.extend([Action::Push; 6]);
        }
        actions.extend([Action::Start; 8]);
        for (index, call) in self.model.calls.iter().enumerate() {
            match (call.stage, call.end.is_some()) {
                (Stage::Waiting | Stage::Prepared, false) => waiting.push(Action::Cancel(index)),
                (Stage::Preparing, false) => {
                    actions.extend([Action::Prepared(index); 6]);
                    waiting.extend([Action::Reject(index), Action::Cancel(index)]);
                }
                (Stage::Again, false) => waiting.push(Action::Cancel(index)),
                (Stage::Started, false) if call.pauses => {
                    actions.extend([Action::StartAgain(index); 2]);
                    waiting.push(Action::Cancel(index));
                }
                (Stage::Free | Stage::Started, false) => {
                    actions.extend([Action::Finish(index); 2]);
                    actions.push(Action::BackOff(index));
                }
                (Stage::Started, true) if !call.settled => actions.push(Action::Settle(index)),
                _ => {}
            }
            if call.held > 0 {
                actions.push(Action::Release(index));
            }
        }
        // Most calls come to run.
        actions.extend(waiting.first().into_iter().chain(waiting.last()));
        actions.extend(self.plan.parked.iter().map(|call| Action::Unpark(*call)));
        actions
    }

    fn act(&mut self, action: Action, extra: u8) -> Result<(), TestCaseError> {
        match action {
            Action::Push => {
                let written = Written::of(&self.texts[self.model.calls.len()]);
                self.plan.push(written.class, written.never_skipped);
                let outside = written.class.is_none();
                self.model.calls.push(Known {
                    stage: if outside {
                        Stage::Outside
                    } else {
                        Stage::Waiting
                    },
                    end: outside.then_some(End::Rejected),
                    settled: outside,
                    held: 0,
                    pauses: false,
                    free: false,
                    begun: false,
                    fails: None,
                    written,
                });
            }
            Action::Start => self.start(extra)?,
            Action::Prepared(call) => {
                let this = &mut self.model.calls[call];
                this.stage = Stage::Prepared;
                let pure = this.written.effects.0 == Touches::Pure;
                this.held = usize::from(extra.is_multiple_of(8) && !pure) * 2;
                self.plan
                    .prepared(call, this.written.effects.clone(), this.held);
            }
            Action::Reject(call) => self.finish(call, End::Rejected, true),
            Action::Cancel(call) => self.finish(call, End::Failed, true),
            Action::Finish(call) => {
                let end = [End::Answered, End::Answered, End::Failed, End::Unknown];
                self.finish(call, end[usize::from(extra % 4)], extra & 4 == 0);
            }
            Action::Settle(call) => {
                self.model.calls[call].settled = true;
                self.plan.settle(call);
            }
            Action::Release(call) => {
                self.model.calls[call].held -= 1;
                self.plan.release(call, Last::Other);
            }
            Action::Unpark(call) => self.plan.unpark(call),
            Action::BackOff(call) => {
                let this = &mut self.model.calls[call];
                this.free |= this.stage == Stage::Free;
                (this.stage, this.pauses, this.begun) = (Stage::Started, true, true);
                self.plan.back_off(call);
            }
            Action::StartAgain(call) => {
                let this = &mut self.model.calls[call];
                (this.stage, this.pauses) = (Stage::Again, false);
                self.plan.start_again(call);
            }
        }
        self.compare()
    }

    fn finish(&mut self, call: usize, end: End, and_settle: bool) {
        self.model.finish(call, end);
        self.plan.finish(call, end);
        if and_settle {
            self.model.calls[call].settled |= self.model.calls[call].stage == Stage::Started;
            self.plan.settle(call);
        }
    }

    fn start(&mut self, extra: u8) -> Result<(), TestCaseError> {
        use crate::batch::plan::Class;
        let ready = self.plan.ready.first().copied();
        let is = |stage| move |call: &Known| call.stage == stage && call.end.is_none();
        let waiting = self.model.calls.iter().position(is(Stage::Waiting));
        let running = |call: &&Known| {
            matches!(call.stage, Stage::Preparing | Stage::Free | Stage::Started)
                && call.end.is_none()
                && !call.pauses
        };
        let full = self.model.calls.iter().filter(running).count() == self.limit;
        let next = ready.or(waiting).filter(|_| !full);
        prop_assert_eq!(self.plan.is_ready(), next.is_some());
        match self.plan.start() {
            None => prop_assert_eq!(next, None),
            Some(Start::Run(call)) => {
                prop_assert_eq!(ready, Some(call));
                if extra.is_multiple_of(4) {
                    self.plan.park(call);
                } else {
                    self.model.calls[call].stage = Stage::Started;
                }
            }
            Some(Start::Prepare { call, free }) => {
                prop_assert_eq!(next, Some(call));
                let before = &self.model.calls[..call];
                let is_free = match self.model.calls[call].written.class {
                    Some(Class::Pure) => true,
                    Some(Class::Undeclared) => before
                        .iter()
                        .all(|call| call.written.class != Some(Class::Any)),
                    _ => false,
                };
                prop_assert_eq!(free, is_free);
                self.model.calls[call].stage = match free && !extra.is_multiple_of(4) {
                    true => Stage::Free,
                    false => Stage::Preparing,
                };
            }
        }
        Ok(())
    }

    fn compare(&mut self) -> Result<(), TestCaseError> {
        let expected = self.model.skip();
        let skipped = self.plan.take_skipped();
        for skip in &skipped {
            // Whoever ran it drops it, which settles nothing.
            self.plan.finish(skip.call, End::Failed);
            self.plan.settle(skip.call);
        }
        let calls: BTreeSet<_> = skipped.iter().map(|skip| skip.call).collect();
        let expected_calls: BTreeSet<_> = expected.iter().map(|(call, _)| *call).collect();
        prop_assert_eq!(&calls, &expected_calls, "skipped; {:#?}", self.log);
        for (call, because) in expected {
            let skip = skipped.iter().find(|skip| skip.call == call).unwrap();
            prop_assert!(
                because.contains(&skip.because),
                "{skip:?}: {because:?}; {:#?}",
                self.log
            );
        }
        let running = self.model.calls.iter().filter(|call| {
            matches!(call.stage, Stage::Preparing | Stage::Free | Stage::Started)
                && call.end.is_none()
                && !call.pauses
        });
        prop_assert_eq!(
            self.plan.free,
            self.limit - running.count(),
            "permits; {:#?}",
            self.log
        );
        let ready = &self.plan.ready | &self.plan.parked;
        prop_assert_eq!(ready, self.model.ready(), "ready; {:#?}", self.log);
        Ok(())
    }

    /// Lets everything come to its end, which nothing may prevent.
    fn drain(&mut self) -> Result<(), TestCaseError> {
        loop {
            let mut actions = self.actions().into_iter();
            let next = actions.find(|action| match action {
                Action::Cancel(_) | Action::Reject(_) | Action::BackOff(_) => false,
                Action::Start => self.plan.is_ready(),
                _ => true,
            });
            let Some(next) = next else { break };
            self.log.push(format!("{next:?}"));
            self.act(next, 1)?;
        }
        for (index, call) in self.model.calls.iter().enumerate() {
            prop_assert!(call.end.is_some(), "{index} never ends; {:#?}", self.log);
            prop_assert!(
                self.plan.calls[index].settled,
                "{index} never settles; {:#?}",
                self.log
            );
        }
        prop_assert_eq!(self.plan.free, self.limit);
        Ok(())
    }
}

fn run(
    flaw: Flaw,
    on_failure: OnFailure,
    limit: usize,
    calls: &[String],
    choices: &[Choice],
) -> Result<(), TestCaseError> {
    let mut pair = Pair {
        plan: Plan::new(limit, on_failure),
        model: Model {
            flaw,
            on_failure,
            calls: Vec::new(),
            stopped_by: None,
            stops: BTreeSet::new(),
        },
        texts: calls.to_vec(),
        limit,
        log: Vec::new(),
    };
    for &(which, again, extra) in choices {
        let actions = pair.actions();
        let at = usize::from(which) * 256 + usize::from(again);
        let action = actions[at % actions.len()];
        pair.log.push(format!("{action:?} {extra}"));
        pair.act(action, extra)?;
    }
    pair.drain()
}

fn any_key() -> impl Strategy<Value = String> {
    let path = prop::collection::vec(prop::sample::select(vec!["a", "b"]), 0..=3);
    (prop::sample::select(vec!["d", "d", "e"]), path)
        .prop_map(|(domain, path)| format!("{domain}/{}", path.join("/")))
}

fn any_effects(touch: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    prop_oneof![
        1 => Just("pure".to_owned()),
        1 => Just(String::new()),
        1 => Just("exclusive".to_owned()),
        8 => prop::collection::vec(touch, 0..4).prop_map(|touches| format!("nothing {}", touches.join(" "))),
    ]
}

fn any_call(touch: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    let word = |often, word: &'static str| {
        prop::bool::weighted(often).prop_map(move |is| if is { word } else { "" })
    };
    let words = (
        word(0.1, " any"),
        word(0.2, " never_skipped"),
        word(0.05, " rejected"),
    );
    (any_effects(touch), words)
        .prop_map(|(effects, (any, never, rejected))| format!("{effects}{any}{never}{rejected}"))
}

/// Calls that touch many different keys, or the same few.
fn any_calls() -> impl Strategy<Value = Vec<String>> {
    let many = prop_oneof![
        4 => any_key().prop_map(|key| format!("r:{key}")),
        4 => any_key().prop_map(|key| format!("w:{key}")),
        1 => Just("g:x".to_owned()),
        1 => Just("g:y".to_owned()),
    ];
    let few = prop::sample::select(vec![
        "r:d", "r:d", "w:d/a", "w:d/b/a", "r:d/b", "g:x", "w:e",
    ]);
    prop_oneof![
        prop::collection::vec(any_call(many), 1..10),
        prop::collection::vec(any_call(few.prop_map(str::to_owned)), 1..10),
    ]
}

fn any_policy() -> impl Strategy<Value = OnFailure> {
    prop::sample::select(vec![
        OnFailure::Isolate,
        OnFailure::SkipDependents,
        OnFailure::SkipDependents,
        OnFailure::StopGroup,
        OnFailure::StopAll,
    ])
}

/// Runs batches until one is found in which plan and oracle differ; nothing is written to disk.
fn differ(flaw: Flaw, cases: u32) -> Result<(), TestError<impl std::fmt::Debug>> {
    let config = Config {
        cases,
        failure_persistence: None,
        max_shrink_iters: if flaw == Flaw::None { 20_000 } else { 0 },
        ..Config::default()
    };
    let batches = (
        any_policy(),
        prop::sample::select(vec![1_usize, 2, 3, 100, 100]),
        any_calls(),
        prop::collection::vec(any::<Choice>(), 0..90),
    );
    TestRunner::new(config).run(&batches, |(on_failure, limit, calls, choices)| {
        run(flaw, on_failure, limit, &calls, &choices)
    })
}

#[test]
fn a_plan_starts_and_skips_what_every_pair_of_calls_says() {
    if let Err(error) = differ(Flaw::None, cases(6_000)) {
        panic!("{error}");
    }
}

#[test]
fn an_oracle_with_a_flaw_is_found_out() {
    for flaw in [
        Flaw::ExactKeys,
        Flaw::ReadsAreForgotten,
        Flaw::GhostsSettle,
        Flaw::PausesSettle,
        Flaw::NothingPassesOn,
        Flaw::GroupsAreWrites,
    ] {
        assert!(differ(flaw, 4_000).is_err(), "{flaw:?}");
    }
}

/// More, if the environment asks for it.
fn cases(most: u32) -> u32 {
    let asked = std::env::var("PROPTEST_CASES").ok();
    asked.and_then(|cases| cases.parse().ok()).unwrap_or(most)
}
