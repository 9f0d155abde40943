//! One rule a case: calls, what happens to them, and what is started and skipped then.

use std::collections::VecDeque;
use std::fmt::Write as _;

use super::Written;
use crate::batch::plan::{End, Last, MAX_OVERTAKEN, Plan, Skip, Start, Unblocked};
use crate::batch::policy::OnFailure::{self, Isolate, SkipDependents, StopAll, StopGroup};

pub(super) struct Batch {
    pub(super) plan: Plan,
    calls: Vec<Written>,
}

impl Batch {
    pub(super) fn of(limit: usize, on_failure: OnFailure, calls: &str) -> Self {
        let mut batch = Self {
            plan: Plan::new(limit, on_failure),
            calls: Vec::new(),
        };
        calls.split(',').for_each(|call| batch.push(call));
        batch
    }

    fn push(&mut self, call: &str) {
        let call = Written::of(call);
        self.plan.push(call.class, call.never_skipped);
        self.calls.push(call);
    }

    fn prepared(&mut self, call: usize) {
        let Written { effects, held, .. } = self.calls[call].clone();
        self.plan.prepared(call, effects, held);
    }

    /// Starts what can be: the calls in order, those that were skipped as `2!0`, because of the one behind the `!`.
    pub(super) fn start(&mut self) -> String {
        let mut told = String::new();
        while let Some(start) = self.plan.start() {
            match start {
                Start::Prepare { call, free: true } | Start::Run(call) => {
                    write!(told, " {call}").unwrap();
                }
                Start::Prepare { call, .. } if self.calls[call].late => {}
                Start::Prepare { call, .. } => self.prepared(call),
            }
        }
        let mut skipped = self.plan.take_skipped();
        skipped.sort_by_key(|skip| skip.call);
        for Skip { call, because } in skipped {
            write!(told, " {call}!{because}").unwrap();
        }
        told.trim_start().to_owned()
    }

    /// `lost 1` is a call that was stopped and of which nothing is left; `hang 1` one that goes on, until `end 1`;
    /// `cancel 1` one that has not begun, and is dropped.
    pub(super) fn step(&mut self, step: &str) {
        let (what, rest) = step.split_once(' ').unwrap_or((step, ""));
        let call = rest.parse().unwrap_or(usize::MAX);
        let end = match what {
            "ok" => End::Answered,
            "fail" | "cancel" => End::Failed,
            "lost" | "hang" => End::Unknown,
            "reject" => End::Rejected,
            "" => return,
            "push" => return self.push(rest),
            "prepared" => return self.prepared(call),
            "end" => return self.plan.settle(call),
            "release" => return self.plan.release(call, Last::Other),
            "back_off" => return self.plan.back_off(call),
            "again" => return self.plan.start_again(call),
            "park" => return self.plan.park(call),
            "unpark" => return self.plan.unpark(call),
            "close" => return self.plan.close(),
            _ => panic!("what is `{step}`?"),
        };
        self.plan.finish(call, end);
        if what != "hang" {
            self.plan.settle(call);
        }
    }
}

#[track_caller]
fn check(on_failure: OnFailure, calls: &str, steps: &[(&str, &str)]) {
    check_within(100, on_failure, calls, steps);
}

#[track_caller]
fn check_within(limit: usize, on_failure: OnFailure, calls: &str, steps: &[(&str, &str)]) {
    let mut batch = Batch::of(limit, on_failure, calls);
    for (step, expected) in steps {
        for step in step.split(", ") {
            batch.step(step);
        }
        assert_eq!(batch.start(), *expected, "[{calls}] after `{step}`");
    }
}

#[test]
fn calls_that_conflict_run_in_order() {
    check(
        Isolate,
        "w:a,w:a,w:a",
        &[("", "0"), ("ok 0", "1"), ("ok 1", "2")],
    );
    check(
        Isolate,
        "r:a,r:a,w:a,r:a,r:a",
        &[("", "0 1"), ("ok 1", ""), ("ok 0", "2"), ("ok 2", "3 4")],
    );
    check(
        Isolate,
        "w:d/a,w:d/b,w:d/ab,r:d/a/c",
        &[("", "0 1 2"), ("ok 0", "3")],
    );
    check(
        Isolate,
        "r:d,w:d/a/b,r:d/a,w:d,nothing",
        &[("", "0 4"), ("ok 0", "1"), ("ok 1", "2"), ("ok 2", "3")],
    );
    check(Isolate, "g:x,g:y,g:x,w:x", &[("", "0 1 3"), ("ok 0", "2")]);
}

#[test]
fn a_call_does_not_wait_for_itself() {
    // It would be a member of a summary that it waits for.
    check(
        Isolate,
        "w:d/x,r:d/a/b r:d w:d/b,w:d/b/c r:d/b/c w:d r:d/b",
        &[("", "0"), ("ok 0", "1"), ("ok 1", "2")],
    );
}

#[test]
fn calls_wait_until_it_is_known_what_those_before_them_touch() {
    check(
        Isolate,
        "late w:a,w:b,,pure",
        &[("", "2 3"), ("prepared 0", "0 1")],
    );
    check(
        Isolate,
        "late w:a,w:b,w:a",
        &[("", ""), ("reject 0", "1 2")],
    );
    // An undeclared call is not free behind one that may be exclusive.
    check(
        Isolate,
        "late any w:a,,pure",
        &[("", "2"), ("prepared 0", "0 1")],
    );
    check(
        Isolate,
        ",late exclusive,",
        &[("", "0"), ("prepared 1", ""), ("ok 0", "1"), ("ok 1", "2")],
    );
}

#[test]
fn nothing_but_pure_calls_runs_beside_an_exclusive_one() {
    check(
        Isolate,
        "w:a,,pure,exclusive,,w:b,pure,exclusive",
        &[
            ("", "0 1 2 6"),
            ("ok 0", ""),
            ("ok 1", "3"),
            ("ok 3", "4 5"),
            ("ok 5", ""),
            ("ok 4", "7"),
        ],
    );
    check(
        Isolate,
        "exclusive,exclusive,any pure,any",
        &[("", "0 2"), ("ok 0", "1"), ("ok 1", "3")],
    );
}

#[test]
fn a_call_that_was_not_started_settles_after_those_it_waits_for() {
    check(
        Isolate,
        "w:a,w:a,r:a",
        &[("", "0"), ("cancel 1", ""), ("ok 0", "2")],
    );
    check(
        SkipDependents,
        "w:a,r:a w:b,never_skipped r:b",
        &[("", "0"), ("hang 0", "1!0"), ("end 1", ""), ("end 0", "2")],
    );
    // Neither does one that is ready hold anybody up.
    check_within(
        1,
        Isolate,
        "w:a,w:b,r:b",
        &[("", "0"), ("cancel 1", ""), ("ok 0", "2"), ("ok 2", "")],
    );
    // Its place is known though it ended before it had one.
    check(
        Isolate,
        "late w:a,w:a,r:a",
        &[
            ("", ""),
            ("cancel 1", ""),
            ("prepared 0", "0"),
            ("ok 0", "2"),
        ],
    );
    check(
        Isolate,
        "exclusive,,exclusive,w:a",
        &[("", "0"), ("cancel 1, cancel 2", ""), ("ok 0", "3")],
    );
}

#[test]
fn a_call_that_is_over_before_it_is_prepared_has_no_place() {
    check(
        SkipDependents,
        "w:a,rejected,late w:a,r:a",
        &[("", "0"), ("reject 2", ""), ("ok 0", "3")],
    );
    check(
        SkipDependents,
        "late w:a,r:a",
        &[("", ""), ("cancel 0", "1"), ("prepared 0", "")],
    );
    check_within(
        1,
        Isolate,
        "w:a,w:b,r:b",
        &[("", "0"), ("cancel 1", ""), ("ok 0", "2")],
    );
}

#[test]
fn a_skip_does_not_wait_for_the_end_of_what_hangs() {
    check(
        Isolate,
        "w:a,r:a w:b,r:b,w:a,w:c",
        &[
            ("", "0 4"),
            ("hang 0", "1!0 2!0 3!0"),
            ("push r:c w:a", "5!0"),
        ],
    );
}

#[test]
fn what_was_written_is_held_until_the_call_has_ended() {
    check(
        Isolate,
        "w:a,never_skipped r:a",
        &[("", "0"), ("hang 0", ""), ("end 0", "1")],
    );
    // Who writes nothing holds up nobody who writes.
    check(
        Isolate,
        "r:a,w:a,exclusive",
        &[
            ("", "0"),
            ("hang 0", "1"),
            ("ok 1", "2"),
            ("end 0, ok 2", ""),
        ],
    );
    check(Isolate, ",exclusive", &[("", "0"), ("hang 0", "1")]);
}

#[test]
fn failure_is_for_those_who_rely_on_it() {
    let calls = "w:a,r:a w:b,w:a,r:b,r:c,r:a w:c,r:c,";
    let all = "0 4 7";
    check(
        SkipDependents,
        calls,
        &[("", all), ("fail 0", "1!0 2!0 3!0 5!0 6!0"), ("ok 4", "")],
    );
    check(
        Isolate,
        calls,
        &[
            ("", all),
            ("fail 0", "1"),
            ("fail 1", "2 3"),
            ("ok 2, ok 4", "5"),
        ],
    );
    check(
        Isolate,
        calls,
        &[("", all), ("lost 0", "1!0 2!0 3!0 5!0 6!0")],
    );
    // What one conflict lets pass, another does not keep back.
    for calls in ["r:a w:b,w:a r:b", "w:b r:a,r:b w:a", "w:a r:b,w:b r:a"] {
        check(SkipDependents, calls, &[("", "0"), ("fail 0", "1!0")]);
    }
    // Nobody relies on what only was read, or on calls that declare nothing.
    check(
        SkipDependents,
        "r:a,,w:a,exclusive,w:a",
        &[
            ("", "0 1"),
            ("lost 0", "2"),
            ("lost 1", ""),
            ("ok 2", "3"),
            ("fail 3", "4!3"),
        ],
    );
}

#[test]
fn a_failure_is_known_long_after() {
    let lost = ("lost 0", "");
    check(
        Isolate,
        "w:a/b",
        &[
            ("", "0"),
            lost,
            ("push r:b", "1"),
            ("ok 1, push r:a/b", "2!0"),
        ],
    );
    // Through summaries.
    check(
        Isolate,
        "w:a/b/c",
        &[
            ("", "0"),
            lost,
            ("push r:a", "1!0"),
            ("push w:a/d", "2"),
            ("ok 2, push r:a", "3!0"),
        ],
    );
    check(
        Isolate,
        "w:a/b,w:a/c,r:a,r:a/c",
        &[("", "0 1"), ("lost 0", "2!0"), ("ok 1", "3")],
    );
    // Through calls in between: those that were skipped, those that ran nevertheless, and exclusive ones.
    check(
        Isolate,
        "w:a,never_skipped r:a w:b",
        &[
            ("", "0"),
            ("lost 0", "1"),
            ("ok 1", ""),
            ("push r:b", "2!0"),
            ("push r:a w:c, push r:c", "3!0 4!0"),
            ("push exclusive, push w:z, push", "7 5!0 6!0"),
        ],
    );
    // A read of what failed taints nobody.
    check(
        SkipDependents,
        "w:a r:b",
        &[("", "0"), ("fail 0, push w:b", "1")],
    );
}

#[test]
fn the_reason_is_a_call_that_failed() {
    // 1 is of a group that stopped, and what it wrote is unknown for a reason of its own.
    check(
        StopGroup,
        "g:x,never_skipped g:x w:a",
        &[
            ("", "0"),
            ("fail 0", "1"),
            ("lost 1", ""),
            ("push r:a", "2!1"),
        ],
    );
}

#[test]
fn a_lesser_failure_does_not_take_the_place_of_a_greater_one() {
    // What is unknown for all who use it stays so, though the group has stopped too.
    check(
        StopGroup,
        "w:a,g:x,never_skipped r:a g:x w:b",
        &[
            ("", "0 1"),
            ("hang 0", ""),
            ("fail 1", ""),
            ("push r:b", "3!0"),
        ],
    );
}

#[test]
fn a_group_stops_at_its_first_failure() {
    check(
        StopGroup,
        "g:x w:a,g:x w:b,g:y,r:a,r:b,g:x",
        &[("", "0 2"), ("fail 0", "3 4 1!0 5!0"), ("push g:x", "6!0")],
    );
    check(
        StopGroup,
        "g:x,never_skipped g:x,g:x",
        &[("", "0"), ("fail 0", "1 2!0"), ("ok 1", "")],
    );
    check(
        StopGroup,
        "w:a g:x w:b,r:a g:x r:b",
        &[("", "0"), ("fail 0", "1!0")],
    );
    // What is not of the group goes on, and the group stays stopped.
    check(
        StopGroup,
        "g:x,exclusive,g:x,g:y",
        &[("", "0"), ("fail 0", "1 2!0"), ("ok 1", "3")],
    );
    check(
        StopGroup,
        "g:x",
        &[
            ("", "0"),
            ("fail 0, push exclusive", "1"),
            ("ok 1, push g:x", "2!0"),
        ],
    );
}

#[test]
fn all_stop_after_a_failure() {
    let calls = "w:a,w:b,w:c,late w:d,w:b,never_skipped w:b,pure";
    check(
        StopAll,
        calls,
        &[
            ("", "0 1 2 6"),
            ("fail 1", "4!1"),
            ("prepared 3", "5 3!1"),
            ("push w:z", "7!1"),
            ("ok 0, ok 2, ok 5", ""),
        ],
    );
    // The first failure in the order is the one that counts, and those before it still run.
    check_within(
        2,
        StopAll,
        "w:a,w:b,w:a,w:c",
        &[("", "0 1"), ("fail 1", "2!1 3!1"), ("fail 0", "")],
    );
    check(
        StopAll,
        "w:a,w:a,w:b,w:b",
        &[("", "0 2"), ("fail 2", "3!2"), ("ok 0", "1")],
    );
}

#[test]
fn calls_of_other_batches_are_waited_for() {
    check(
        Isolate,
        "held held w:a,r:a,held pure",
        &[("", "2"), ("release 0", ""), ("release 0", "0")],
    );
    // Released before it has its place, and after.
    check(
        Isolate,
        "late w:a,held w:b",
        &[("", ""), ("release 1", ""), ("prepared 0", "0 1")],
    );
    check(
        Isolate,
        "late w:a,held w:b,w:b",
        &[
            ("", ""),
            ("prepared 0", "0"),
            ("cancel 1", ""),
            ("release 1", "2"),
        ],
    );
    check(
        Isolate,
        "late any w:a,held",
        &[("", ""), ("prepared 0", "0"), ("release 1", "1")],
    );
}

#[test]
fn a_call_may_learn_that_it_waits_for_others_when_it_has_its_place() {
    check(Isolate, "held any pure", &[("", ""), ("release 0", "0")]);
    check(
        Isolate,
        "held,w:b",
        &[("", "0 1"), ("prepared 0", ""), ("release 0", "0")],
    );
    check(
        Isolate,
        "exclusive,held",
        &[("", "0"), ("ok 0", ""), ("release 1", "1")],
    );
}

#[test]
fn it_is_known_which_call_was_waited_for_last() {
    let mut batch = Batch::of(9, Isolate, "w:a,w:a,held r:a");
    batch.start();
    batch.plan.take_unblocked();
    let mut last = |step: &str| {
        batch.step(step);
        batch.start();
        batch.plan.take_unblocked()
    };
    let unblocked = |call, last| {
        let last = Some(last);
        vec![Unblocked { call, last }]
    };
    assert_eq!(last("ok 0"), unblocked(1, Last::Call(0)));
    assert_eq!(last("ok 1"), []);
    assert_eq!(last("release 2"), unblocked(2, Last::Other));
}

#[test]
fn a_permit_is_held_from_start_to_result() {
    check_within(
        1,
        Isolate,
        "w:a,w:b,,pure",
        &[
            ("", "0"),
            ("hang 0", "1"),
            ("end 0", ""),
            ("ok 1", "2"),
            ("ok 2, ok 3", ""),
        ],
    );
    let mut batch = Batch::of(2, Isolate, "w:a,w:b,w:c");
    assert_eq!(batch.start(), "0 1");
    assert!(batch.plan.is_full() && !batch.plan.is_ready() && !batch.plan.has_permit());
    batch.step("ok 0");
    assert!(!batch.plan.is_full() && batch.plan.has_permit() && batch.plan.is_ready());
    assert!(!batch.plan.is_closed());
    batch.step("close");
    assert!(batch.plan.is_closed());
    assert!(!batch.plan.has_permit() && !batch.plan.is_ready());
    assert_eq!(batch.start(), "");
    batch.step("ok 1");
    assert_eq!(batch.start(), "");
    assert_eq!(batch.plan.free, 2);
}

#[test]
fn a_call_is_started_again_after_a_pause_and_at_no_other_time() {
    check_within(
        1,
        Isolate,
        "w:a,w:b,r:a",
        &[
            ("", "0"),
            ("again 0", ""),
            ("back_off 0", "1"),
            ("again 0, ok 1", "0"),
            ("ok 0, again 0", "2"),
        ],
    );
    check(
        Isolate,
        "w:a,r:a",
        &[("", "0"), ("back_off 0, cancel 0, again 0", "1")],
    );
}

#[test]
fn a_parked_call_lets_others_go_first() {
    check_within(
        1,
        Isolate,
        "w:a,w:b,w:c,r:a",
        &[("", "0"), ("park 0", "1"), ("unpark 0, ok 1", "0")],
    );
    check_within(
        2,
        Isolate,
        "w:a,r:a",
        &[
            ("", "0"),
            ("park 0", ""),
            ("cancel 0", "1"),
            ("unpark 0", ""),
        ],
    );
}

#[test]
fn the_last_permit_is_kept_for_a_call_that_was_overtaken_too_often() {
    let many = MAX_OVERTAKEN as usize;
    for limit in [1, 2] {
        let calls = vec!["nothing"; 2 * many + 2].join(",");
        let mut batch = Batch::of(limit, Isolate, &calls);
        let mut running = VecDeque::new();
        let mut overtook = 0;
        let mut parked = false;
        // Each call ends as soon as no other can be started.
        loop {
            match batch.plan.start() {
                Some(Start::Prepare { call, .. }) => batch.prepared(call),
                Some(Start::Run(0)) => {
                    assert!(!parked, "nobody unparked it");
                    parked = true;
                    batch.plan.park(0);
                }
                Some(Start::Run(call)) => running.push_back(call),
                None => match running.pop_front() {
                    Some(call) => {
                        overtook += 1;
                        batch.step(&format!("ok {call}"));
                    }
                    None => break,
                },
            }
            // As long as one permit is kept, the rest is for the others.
            assert!(running.len() <= limit);
        }
        if limit == 1 {
            assert!(overtook <= many, "{overtook}");
        } else {
            assert_eq!(overtook, 2 * many + 1);
        }
        assert!(parked && batch.plan.has_permit());
        batch.step("unpark 0");
        assert_eq!(batch.plan.start(), Some(Start::Run(0)));
    }
}

#[test]
fn a_call_before_the_one_that_was_overtaken_too_often_has_the_last_permit() {
    let others = vec!["nothing"; MAX_OVERTAKEN as usize].join(",");
    let mut batch = Batch::of(1, Isolate, &format!("held nothing,nothing,{others}"));
    assert_eq!(batch.start(), "1");
    batch.step("park 1");
    loop {
        match batch.start().as_str() {
            "" => break,
            call => batch.step(&format!("ok {call}")),
        }
    }
    assert_eq!(batch.plan.overtaken, (1, MAX_OVERTAKEN));
    batch.step("release 0");
    assert_eq!(batch.start(), "0");
}
