//! Panics and results that cannot be written, wherever they happen and whatever runs the tool.

use std::sync::Arc;

use support::{call, codes, threads};
use tool_runtime::Effects::{self, Done, None, Unknown};
use tool_runtime::Toolbox;

use crate::tools::{Bomb, Does};
use crate::world::{on_both_runtimes, paused, policy};

/// Each tool does this, of which each kind of tool has the same to say.
#[track_caller]
fn check(does: Does, ending: &str, effects: Effects) {
    for tool in ["go", "go_later", "go_on_a_thread", "go_inline"] {
        on_both_runtimes(policy(), async |world, desk| {
            let arguments = format!(r#"{{"does": "{does:?}"}}"#);
            let report = world.survives(desk, call(tool, &arguments), ending, effects);
            let report = report.await;
            let truncated = report.results()[1].outcome().truncated;
            assert_eq!(truncated, does == Does::NeverEnd);
        });
    }
}

#[test]
fn in_a_tool_of_any_kind() {
    check(Does::Panic, "panicked", Unknown);
    check(Does::PanicWithNumber, "panicked", Unknown);
    check(Does::PanicWithBomb, "panicked", Unknown);
    check(Does::DropBomb, "panicked", Unknown);
}

#[test]
fn what_goes_well_or_fails_is_told_so() {
    check(Does::Answer, "ok", Done);
    check(Does::Fail, "failed", Unknown);
}

#[test]
fn a_result_that_breaks_off_is_not_serialisable() {
    check(Does::FailToWrite, "not_serialisable", Done);
    check(Does::FailHalfWay, "not_serialisable", Done);
}

#[test]
fn a_result_that_panics_half_way_has_panicked() {
    check(Does::PanicHalfWay, "panicked", Unknown);
}

#[test]
fn a_result_without_an_end_is_cut() {
    check(Does::NeverEnd, "ok", Done);
}

/// What the program's own types do while a call is prepared: nothing was called, so nothing was changed.
#[test]
fn in_what_prepares_a_call() {
    for (tool, arguments) in [
        ("keyed", r#"{"cursed": 1}"#),
        ("predicate", r#"{"amount": 1}"#),
        ("unread", r#"{"cursed": 1}"#),
        ("dropped", r#"{"bomb": 1, "number": "seven"}"#),
    ] {
        on_both_runtimes(policy(), async |world, desk| {
            let report = world.survives(desk, call(tool, arguments), "panicked", None);
            report.await;
        });
    }
}

/// What belongs to the call itself: it was called.
#[test]
fn in_what_a_call_holds() {
    for (tool, arguments) in [
        ("unlent", ""),
        ("unlent_on_a_thread", ""),
        ("dropped", r#"{"bomb": 1, "number": 7}"#),
        ("dropped_on_a_thread", r#"{"bomb": 1}"#),
        ("read_once", r#"{"fickle": 1}"#),
    ] {
        on_both_runtimes(policy(), async |world, desk| {
            let report = world.survives(desk, call(tool, arguments), "panicked", Unknown);
            report.await;
        });
    }
}

/// With the last of it, a batch drops the state of its tools.
#[test]
fn in_the_drop_of_the_state() {
    for runtime in [paused(), threads(2)] {
        let toolbox = Toolbox::<Bomb>::builder();
        let toolbox = toolbox.tools(crate::foreign::stateless()).build().unwrap();
        runtime.block_on(async {
            let state = Arc::new(Bomb);
            let desk = toolbox.bind(Arc::clone(&state));
            let calls = ["say", "say_on_a_thread", "say"].map(|name| call(name, ""));
            let run = desk.run(calls);
            drop((desk, state));
            assert_eq!(codes(&run.await), ["ok"; 3]);
            toolbox.idle().await;
        });
    }
}
