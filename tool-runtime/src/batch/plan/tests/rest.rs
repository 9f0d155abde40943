//! What a plan says of calls that go no further: for scopes, and for batches that are suspended.

use super::cases::Batch;
use crate::batch::policy::OnFailure::Isolate;

/// A batch that has come so far, with so many permits.
fn after(limit: usize, calls: &str, steps: &str) -> Batch {
    let mut batch = Batch::of(limit, Isolate, calls);
    batch.start();
    for step in steps.split(", ") {
        batch.step(step);
        batch.start();
    }
    batch
}

#[test]
fn it_is_known_for_which_calls_nothing_more_is_done() {
    let mut batch = Batch::of(9, Isolate, "w:a,r:a w:b,never_skipped r:b,rejected,r:c,w:c");
    batch.plan.note_done();
    // Those that have settled, those that will by themselves if they have not, and those of which nobody was told before.
    for (step, settled, done, told) in [
        ("", &[3][..], &[3][..], &[][..]),
        ("cancel 1", &[3], &[1, 3], &[1]),
        ("hang 4", &[3, 4], &[1, 3, 4], &[4]),
        ("hang 0", &[3, 4], &[1, 3, 4], &[]),
        ("end 0", &[0, 1, 3, 4], &[0, 1, 3, 4], &[0, 1]),
    ] {
        batch.step(step);
        batch.start();
        let plan = &mut batch.plan;
        let calls =
            |is: &dyn Fn(usize) -> bool| (0..6).filter(|call| is(*call)).collect::<Vec<_>>();
        assert_eq!(calls(&|call| plan.is_settled(call)), settled, "`{step}`");
        assert_eq!(calls(&|call| plan.is_done(call)), done, "`{step}`");
        let mut new = plan.take_done();
        new.sort_unstable();
        new.dedup();
        assert_eq!(new, told, "`{step}`");
    }
}

#[test]
fn calls_stand_apart_that_wait_for_no_others() {
    let check = |calls: &str, steps: &str, own: &[usize], apart: Option<&[usize]>| {
        let plan = after(9, calls, steps).plan;
        let found = plan.apart(|call| own.contains(&call));
        assert_eq!(found.as_deref(), apart, "[{calls}] {own:?} after `{steps}`");
    };
    let chain = "w:a,w:a,w:b,,w:a";
    check(chain, "", &[0], Some(&[0]));
    check(chain, "", &[1], None);
    check(chain, "", &[0, 1], Some(&[0, 1]));
    check(chain, "", &[0, 2, 3], Some(&[0, 2, 3]));
    check(chain, "", &[2, 4], None);
    check(chain, "ok 0", &[0, 1], Some(&[1]));
    check(chain, "ok 0", &[1], Some(&[1]));
    check(chain, "ok 0", &[4], None);
    // Those that wait for a summary wait for all of its members.
    let below = "w:a/b,w:a/c,r:a";
    check(below, "", &[0, 2], None);
    check(below, "", &[0, 1, 2], Some(&[0, 1, 2]));
    check(below, "ok 1", &[0, 2], Some(&[0, 2]));
}

#[test]
fn a_plan_is_at_rest_when_no_call_is_started_or_could_be() {
    let check = |limit: usize, calls: &str, steps: &str, is_at_rest: bool| {
        let mut plan = after(limit, calls, steps).plan;
        assert_eq!(plan.is_at_rest(), is_at_rest, "[{calls}] after `{steps}`");
    };
    let mut unseen = Batch::of(9, Isolate, "w:a");
    assert!(!unseen.plan.is_at_rest());
    check(9, "w:a,w:b", "", false);
    check(9, "w:a,w:b", "ok 0", false);
    check(9, "w:a,w:b", "ok 0, ok 1", true);
    check(9, "held w:a", "", true);
    check(9, "held w:a", "release 0", false);
    check(9, "held w:a", "close", false);
    check(9, "w:a", "park 0", false);
    check(9, "late w:a", "", false);
    // It is ready, and nobody has looked yet.
    let mut freed = after(9, "held w:a", "");
    freed.step("release 0");
    assert!(!freed.plan.is_at_rest());
}

#[test]
fn calls_are_stuck_that_wait_for_so_much_from_elsewhere_and_for_each_other() {
    let check = |calls: &str, steps: &str, waits: [usize; 3], stuck: Option<usize>| {
        let mut plan = after(9, calls, steps).plan;
        let found = plan.stuck(|call| waits[call]);
        assert_eq!(found, stuck, "[{calls}] after `{steps}`, {waits:?}");
    };
    let calls = "held w:a,r:a,w:b";
    check(calls, "", [1, 0, 0], None);
    check(calls, "ok 2", [1, 0, 0], Some(2));
    check(calls, "ok 2", [0, 0, 0], None);
    check(calls, "ok 2", [2, 0, 0], None);
    check(calls, "ok 2", [1, 1, 0], None);
    check(calls, "ok 2, cancel 1", [1, 0, 0], Some(1));
    check(calls, "ok 2, cancel 0, cancel 1", [1, 0, 0], Some(0));
    // Whatever those that have settled are said to wait for.
    check(
        "held w:a,r:a,w:b",
        "ok 2, cancel 0, release 0, ok 1",
        [1, 1, 1],
        Some(0),
    );
    check("held held w:a,r:a,held r:a", "", [2, 0, 1], Some(3));
    check("held held w:a,r:a,held r:a", "", [2, 0, 0], None);
    // One that is in a pause goes on by itself.
    check(calls, "back_off 2", [1, 0, 0], None);
    check("held w:a,,", "back_off 1, ok 2", [1, 0, 0], None);
    // One that has its result and goes on does so too, which is nothing to those that do not wait for it.
    check("w:a,held w:b,", "hang 0, ok 2", [0, 1, 0], Some(1));
    check("w:a,held r:a,", "hang 0, ok 2", [0, 1, 0], None);
}

#[test]
fn it_is_known_what_a_call_touches_and_what_it_still_writes() {
    let touched = |steps: &str| {
        let plan = after(9, "w:a,r:a,w:b,late w:c", steps).plan;
        let calls =
            |is: &dyn Fn(usize) -> bool| (0..4).filter(|call| is(*call)).collect::<Vec<_>>();
        let known = calls(&|call| plan.effects(call).is_some());
        (known, calls(&|call| plan.written(call).is_some()))
    };
    assert_eq!(touched(""), (vec![0, 1, 2], vec![0, 2]));
    assert_eq!(touched("hang 0, ok 2"), (vec![0, 1, 2], vec![0]));
    assert_eq!(touched("ok 0, ok 2"), (vec![0, 1, 2], vec![]));
    assert_eq!(touched("prepared 3"), (vec![0, 1, 2, 3], vec![0, 2, 3]));
}
