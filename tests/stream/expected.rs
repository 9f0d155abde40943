//! What is read of each stream, and at which event, as it is stored in `expected/`.
//!
//! `UPDATE_SNAPSHOTS=1 cargo test -p tests --test stream stored` writes it anew.

use std::fmt::Write;
use std::fs;

use tool_runtime::ToolCall;

use crate::fixture::{Fixture, Read, fixtures, folder};

/// One line for each call, message and problem.
fn told(fixture: &Fixture, read: &Read) -> String {
    let mut text = String::new();
    let last = read.handed.len();
    for (calls, event) in read.handed.iter().zip(1..) {
        for call in calls {
            let when = match event == last {
                true => "at the end".to_owned(),
                false => format!("at event {event} of {}", fixture.events().len()),
            };
            writeln!(text, "{when}: {}", line(call)).unwrap();
        }
    }
    match &read.turn {
        Err(error) => writeln!(text, "no turn: {error}").unwrap(),
        Ok(turn) => {
            for message in turn.messages() {
                writeln!(text, "message: {message}").unwrap();
            }
            if let Some(error) = turn.interruption() {
                writeln!(text, "interrupted: {error}").unwrap();
            }
        }
    }
    text
}

fn line(call: &ToolCall) -> String {
    let kind = match (call.is_cut_off(), call.is_text()) {
        (true, false) => " (cut off)",
        (false, true) => " (text)",
        (true, true) => " (text, cut off)",
        (false, false) => "",
    };
    let id = if call.id().is_empty() {
        "(no id)"
    } else {
        call.id()
    };
    format!(
        "{id} {}{kind} {}",
        call.name(),
        call.arguments().replace('\n', "\\n")
    )
}

#[test]
fn what_is_read_of_each_stream_is_what_is_stored() {
    let is_update = std::env::var_os("UPDATE_SNAPSHOTS").is_some_and(|value| value == "1");
    let mut wrong = Vec::new();
    for fixture in fixtures() {
        let file = folder("expected").join(fixture.title() + ".txt");
        let text = told(fixture, &fixture.whole());
        if is_update {
            fs::write(&file, &text).unwrap();
        }
        let stored = fs::read_to_string(&file).unwrap_or_default();
        if text != stored {
            wrong.push(format!(
                "{}: stored\n{stored}and read\n{text}",
                fixture.title()
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn nothing_is_stored_of_what_is_not_there() {
    let titles: Vec<String> = fixtures().iter().map(Fixture::title).collect();
    for file in fs::read_dir(folder("expected")).unwrap() {
        let file = file.unwrap().path();
        let name = file.file_stem().unwrap().to_str().unwrap().to_owned();
        assert!(titles.contains(&name), "{name}");
    }
}
