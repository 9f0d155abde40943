//! What a plan costs, counted and not timed.

use super::{Written, key};
use crate::batch::plan::graph::Graph;
use crate::batch::plan::keys::Keys;
use crate::batch::plan::{Plan, Start};
use crate::batch::policy::OnFailure;
use crate::tool::{CallEffects, Touches};

/// Events, edges and nodes of keys that `count` calls make, none of which has settled.
fn size(count: usize, call: impl Fn(usize) -> CallEffects) -> usize {
    let (mut graph, mut keys) = (Graph::default(), Keys::default());
    let mut found = 0;
    for index in 0..count {
        let Touches::Keys(touches) = call(index).0 else {
            panic!("keys")
        };
        let before = keys.conflicts(&touches, &mut graph);
        found += before.len();
        let event = graph.add(Some(index), before);
        keys.take(event, &touches);
    }
    found + graph.size() + keys.size()
}

#[track_caller]
fn check(pattern: &str, call: impl Fn(usize, usize) -> CallEffects) {
    let (few, many) = (1_000, 10_000);
    let (small, large) = (
        size(few, |index| call(index, few)),
        size(many, |index| call(index, many)),
    );
    assert!(
        large <= 12 * small,
        "{pattern}: {small} for {few}, {large} for {many}"
    );
}

fn list() -> CallEffects {
    CallEffects::reads([key("d/s")])
}

fn create(index: usize) -> CallEffects {
    CallEffects::writes([key(&format!("d/s/{index}"))])
}

#[test]
fn a_call_costs_the_same_however_many_there_are() {
    check("keyless", |_, _| CallEffects::reads([]));
    check("distinct", |index, _| create(index));
    check("hot", |_, _| CallEffects::writes([key("d/a")]));
    check("hot reads and writes", |index, _| match index % 7 {
        0 => CallEffects::writes([key("d/a")]),
        _ => CallEffects::reads([key("d/a")]),
    });
    check("deep", |index, _| {
        let path = "x/".repeat(index % 31);
        match index % 3 {
            0 => CallEffects::writes([key(&format!("d/{path}"))]),
            _ => CallEffects::reads([key(&format!("d/{path}"))]),
        }
    });
    check("list, then create", |index, count| {
        match index < count / 2 {
            true => list(),
            false => create(index),
        }
    });
    check("create, then list", |index, count| {
        match index < count / 2 {
            true => create(index),
            false => list(),
        }
    });
    check("alternating", |index, _| match index % 2 {
        0 => list(),
        _ => create(index),
    });
    check("create, list, replace all", |index, _| match index % 50 {
        49 => CallEffects::writes([key("d")]),
        even if even % 2 == 0 => create(index),
        _ => CallEffects::reads([key("d")]),
    });
    check("several keys", |index, _| {
        let to = key(&format!("d/s/{}", index * 7 % 100));
        CallEffects::reads([key("d"), key("e")]).and_writes([to, key(&format!("e/{index}"))])
    });
}

#[test]
fn exclusive_calls_cost_the_same_however_many_there_are() {
    let size = |count: usize| {
        let mut plan = Plan::new(count, OnFailure::Isolate);
        for index in 0..count {
            let call = Written::of(["w:d/a", "", "r:d", "exclusive", ""][index % 5]);
            plan.push(call.class, false);
            // Those that are ready come first, and go on for ever.
            while let Some(start) = plan.start() {
                if let Start::Prepare { call: next, .. } = start {
                    plan.prepared(next, call.effects.clone(), 0);
                }
            }
        }
        plan.graph.size() + plan.keys.size()
    };
    assert!(size(10_000) <= 12 * size(1_000));
}

#[test]
fn who_waits_for_nobody_and_is_not_waited_for_has_no_event() {
    let mut plan = Plan::new(9, OnFailure::Isolate);
    for text in ["any pure", ""] {
        let call = Written::of(text);
        plan.push(call.class, false);
        let Some(Start::Prepare { call: next, .. }) = plan.start() else {
            panic!("`{text}`")
        };
        plan.prepared(next, call.effects, 0);
        assert_eq!(plan.start(), Some(Start::Run(next)));
    }
    assert_eq!(plan.graph.size(), 0);
}

#[test]
fn keys_are_noted_once_and_forgotten_but_for_those_of_groups() {
    let (mut graph, mut keys) = (Graph::default(), Keys::default());
    let none = keys.size();
    let mut writes = |effects: CallEffects| {
        let Touches::Keys(touches) = effects.0 else {
            panic!("keys")
        };
        let before = keys.conflicts(&touches, &mut graph).len();
        let event = graph.add(None, Vec::new());
        keys.take(event, &touches);
        let size = keys.size() - none;
        keys.forget();
        (before, size, keys.conflicts(&touches, &mut graph).len())
    };
    // A node for each segment, which its parent notes.
    assert_eq!(writes(CallEffects::writes([key("d/a")])), (0, 4, 0));
    // The nodes of what was forgotten are still there.
    let group = CallEffects::reads([]).in_group("x");
    assert_eq!(writes(group.clone()), (0, 7, 1));
    assert_eq!(writes(group), (1, 7, 1));
}

#[test]
fn the_count_sees_what_is_not_linear() {
    let pairs = |count: usize| {
        let mut graph = Graph::default();
        let mut events = Vec::new();
        for index in 0..count {
            let before = events
                .iter()
                .map(|event| (*event, Default::default()))
                .collect();
            events.push(graph.add(Some(index), before));
        }
        graph.size()
    };
    assert!(pairs(1_000) > 90 * pairs(100));
}
