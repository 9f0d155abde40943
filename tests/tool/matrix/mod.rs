//! Every kind of argument with every mistake: the exact text that the model reads, stored in `matrix.md` to be read as prose.
//!
//! `UPDATE_SNAPSHOTS=1 cargo test -p tests --test tool matrix` writes it anew. With the feature `schema-validation` the same calls go
//! to run-time tools of the same schemas; `run_time.md` has the texts that are others there.

mod cells;
#[cfg(feature = "schema-validation")]
mod run_time;
mod tools;

use std::fmt::Write;
use std::path::PathBuf;

use support::call;
use tool_runtime::{Ending, Toolbox};

use self::cells::{KINDS, Kind, MISTAKES, anywhere, reason};

/// What the model reads of a call; none if it is taken.
fn text(toolbox: &Toolbox, tool: &str, arguments: &str) -> Option<String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let report = runtime.block_on(toolbox.run([call(tool, arguments)]));
    let result = &report.results()[0];
    match result.outcome().ending {
        Ending::Ok => None,
        Ending::InvalidArguments => Some(result.argument_errors().unwrap().to_string()),
        ending => panic!("{tool} {arguments}: {ending:?} {}", result.text()),
    }
}

/// What is sent by mistake, or why it is none; each under its name.
struct Mistakes {
    calls: Vec<(&'static str, String)>,
    reasons: Vec<(&'static str, &'static str)>,
}

fn mistakes(kind: &Kind) -> Mistakes {
    let (mut calls, mut reasons) = (Vec::new(), Vec::new());
    for (mistake, cell) in MISTAKES.into_iter().zip(kind.wrong) {
        match reason(cell) {
            Some(reason) => reasons.push((mistake, reason)),
            None => calls.push((mistake, cell.to_owned())),
        }
    }
    for (mistake, arguments) in anywhere(kind.right) {
        match kind.tool.starts_with("option") && mistake == "missing" {
            true => reasons.push((mistake, "it is not required")),
            false => calls.push((mistake, arguments)),
        }
    }
    Mistakes { calls, reasons }
}

#[track_caller]
fn compare(name: &str, text: &str) {
    let file: PathBuf = [env!("CARGO_MANIFEST_DIR"), "tool/matrix", name]
        .iter()
        .collect();
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some_and(|value| value == "1") {
        std::fs::write(&file, text).unwrap();
    }
    let stored = std::fs::read_to_string(&file).unwrap();
    let mut lines = text.lines().zip(stored.lines());
    let other = lines.find(|(line, stored)| line != stored);
    assert!(
        text == stored,
        "not what is stored in {}, first at {other:#?}",
        file.display()
    );
}

#[test]
fn every_mistake_is_told_as_it_is_stored() {
    let toolbox = tools::toolbox();
    let mut file = String::from(
        "# What the model reads about its arguments\n\nOf every kind of argument: a call that is right, then every mistake with its text.\n",
    );
    for kind in KINDS {
        let right = text(&toolbox, kind.tool, kind.right);
        assert_eq!(right, None, "{}", kind.tool);
        writeln!(file, "\n## `{}`\n\nRight: `{}`", kind.parameter, kind.right).unwrap();
        let Mistakes { calls, reasons } = mistakes(kind);
        for (mistake, arguments) in calls {
            let text = text(&toolbox, kind.tool, &arguments);
            let text = text.unwrap_or_else(|| panic!("{} takes {arguments}", kind.tool));
            writeln!(file, "\n**{mistake}** `{arguments}`\n\n{text}").unwrap();
        }
        for (mistake, reason) in reasons {
            writeln!(file, "\n**{mistake}** is no mistake: {reason}.").unwrap();
        }
    }
    compare("matrix.md", &file);
}
