//! A journal in a file: whatever of it is left, what it says is true.

use std::collections::BTreeSet;
use std::error::Error as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use support::{call, codes, threads};
use tool_runtime::journal::{FileJournal, Recovered};
use tool_runtime::{CallContext, Effects, JournalError, Policy, ToolCall, Toolbox, tool, tools};

use crate::desk::{Log, toolbox};

/// A path in which nothing is.
pub(crate) fn free_path() -> PathBuf {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let name = format!("journal-{}-{count}", std::process::id());
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_file(&path);
    path
}

/// A path and what is in it.
fn file(text: impl AsRef<[u8]>) -> PathBuf {
    let path = free_path();
    fs::write(&path, text).unwrap();
    path
}

fn said(recovered: &Recovered) -> Vec<String> {
    let calls = recovered.calls().map(|call| {
        let name = call.call().name();
        let effects = call.effects().code();
        match call.result() {
            Some(result) => format!("{name} {} {effects}", result.outcome().ending),
            None => format!("{name} open {effects}"),
        }
    });
    let mut said: Vec<_> = calls.collect();
    said.sort();
    said
}

#[test]
fn it_says_what_its_batches_did() {
    let path = free_path();
    let journal = FileJournal::open(&path).unwrap();
    assert!(said(&FileJournal::read(&path).unwrap()).is_empty());
    let runtime = threads(2);
    let toolbox = toolbox(Policy::default());
    for _ in 0..2 {
        // Again after it was opened anew.
        let desk = toolbox.bind(Log::default());
        let desk = desk.journaled_by(journal.clone());
        runtime.block_on(desk.run([call("pay", "{}"), call("write", "{}"), call("fail", "{}")]));
        drop(FileJournal::open(&path).unwrap());
    }
    let expected = [
        "fail failed unknown",
        "fail failed unknown",
        "pay ok done",
        "pay ok done",
        "write ok done",
        "write ok done",
    ];
    assert_eq!(said(&FileJournal::read(&path).unwrap()), expected);
    for line in fs::read_to_string(&path).unwrap().lines() {
        assert!(line.starts_with(r#"{"format":1,"#), "{line}");
    }
    fs::remove_file(path).unwrap();
}

#[test]
fn many_batches_write_it_at_once() {
    let path = free_path();
    let journal = FileJournal::open(&path).unwrap();
    let toolbox = toolbox(Policy::default());
    threads(4).block_on(async {
        let batches: Vec<_> = (0..50)
            .map(|_| {
                let desk = toolbox.bind(Log::default());
                let desk = desk.journaled_by(journal.clone());
                tokio::spawn(desk.run([call("pay", "{}"), call("write", "{}"), call("read", "{}")]))
            })
            .collect();
        for batch in batches {
            assert_eq!(codes(&batch.await.unwrap()), ["ok", "ok", "ok"]);
        }
    });
    let recovered = FileJournal::read(&path).unwrap();
    assert_eq!(recovered.calls().len(), 150);
    assert!(recovered.calls().all(|call| call.result().is_some()));
    assert_eq!(fs::read_to_string(&path).unwrap().lines().count(), 300);
    fs::remove_file(path).unwrap();
}

/// One thread for blocking work, on which the call is that waits.
#[test]
fn a_plain_function_waits_for_no_other_thread() {
    let path = free_path();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .max_blocking_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let desk = toolbox(Policy::default()).bind(Log::default());
    let desk = desk.journaled_by(FileJournal::open(&path).unwrap());
    let report = runtime.block_on(desk.run([call("write", "{}"), call("write", "{}")]));
    assert_eq!(codes(&report), ["ok", "ok"]);
    fs::remove_file(path).unwrap();
}

#[test]
fn records_may_be_long() {
    /// Repeat a text.
    #[tool(pure)]
    async fn repeat(
        /** Any. */
        text: String,
    ) -> String {
        text
    }
    let path = free_path();
    let text = "é\n".repeat(300_000);
    let arguments = serde_json::json!({ "text": text }).to_string();
    let policy = Policy::default()
        .max_argument_bytes(8 << 20)
        .max_result_bytes(8 << 20);
    let toolbox = Toolbox::<()>::builder().tools(tools![repeat]);
    let toolbox = toolbox.policy(policy).build().unwrap();
    let desk = toolbox.bind(());
    let desk = desk.journaled_by(FileJournal::open(&path).unwrap());
    let calls = [call("repeat", &arguments), call("repeat", &arguments)];
    let report = threads(2).block_on(desk.run(calls));
    assert_eq!(codes(&report), ["ok", "ok"]);
    // A piece of a record that is longer than what is looked at at once.
    let whole = fs::read(&path).unwrap();
    fs::write(&path, &whole[..whole.len() - 1]).unwrap();
    let before = FileJournal::read(&path).unwrap();
    drop(FileJournal::open(&path).unwrap());
    assert!(fs::metadata(&path).unwrap().len() < whole.len() as u64 - 900_000);
    let recovered = FileJournal::read(&path).unwrap();
    assert_eq!(said(&recovered), said(&before));
    let results = recovered.calls().filter_map(|call| call.result());
    let texts: Vec<_> = results.map(|result| result.text()).collect();
    assert_eq!(texts, [text.as_str()]);
    fs::remove_file(path).unwrap();
}

/// How long the file was when each call's tool began, which notes it first.
struct Ran {
    path: PathBuf,
    lengths: Mutex<Vec<(usize, u64)>>,
}

/// Touch it.
#[tool(writes("thing:{id}"))]
async fn touch(
    /// Which.
    id: u64,
    #[state] ran: &Ran,
    #[context] context: &CallContext,
) -> Result<u64, String> {
    let length = fs::metadata(&ran.path).unwrap().len();
    ran.lengths.lock().unwrap().push((context.index(), length));
    tokio::task::yield_now().await;
    match id {
        3 => Err("no\nnot \"this\"".to_owned()),
        id => Ok(id),
    }
}

/// A crash may leave any beginning of the file: what the system had, and a piece of what was being written.
#[test]
fn whatever_is_left_of_it_no_call_that_ran_is_said_not_to_have_been_called() {
    let path = free_path();
    let ran = std::sync::Arc::new(Ran {
        path: path.clone(),
        lengths: Mutex::default(),
    });
    let toolbox = Toolbox::<Ran>::builder().tools(tools![touch]);
    let toolbox = toolbox.build().unwrap();
    let desk = toolbox.bind(std::sync::Arc::clone(&ran));
    let desk = desk.journaled_by(FileJournal::open(&path).unwrap());
    let calls: Vec<_> = (0..6)
        .map(|index| {
            let arguments = format!(r#"{{"id": {}}}"#, index % 4);
            ToolCall::new(format!("call {index}\n{{"), "touch", arguments)
        })
        .collect();
    threads(2).block_on(desk.run(&calls[..]));
    drop(desk);
    let whole = fs::read(&path).unwrap();
    let lengths = std::mem::take(&mut *ran.lengths.lock().unwrap());
    assert_eq!(lengths.len(), 6);
    let cut = free_path();
    for end in 0..=whole.len() {
        fs::write(&cut, &whole[..end]).unwrap();
        let recovered = FileJournal::read(&cut).unwrap();
        let known: BTreeSet<usize> = recovered.calls().map(|call| call.index()).collect();
        for &(index, length) in &lengths {
            if length <= end as u64 {
                assert!(known.contains(&index), "{index} ran, at {end}");
            }
        }
        // It goes on where it was torn, and nothing is glued to that.
        let journal = FileJournal::open(&cut).unwrap();
        let kept = fs::read(&cut).unwrap();
        assert!(kept.is_empty() || kept.ends_with(b"\n"));
        assert_eq!(kept, whole[..kept.len()]);
        assert_eq!(said(&FileJournal::read(&cut).unwrap()), said(&recovered));
        drop(journal);
    }
    let journal = FileJournal::open(&cut).unwrap();
    fs::write(&cut, &whole[..whole.len() - 3]).unwrap();
    drop(journal);
    let journal = FileJournal::open(&cut).unwrap();
    let desk = toolbox.bind(std::sync::Arc::clone(&ran));
    threads(2).block_on(desk.journaled_by(journal).run(&calls[..1]));
    assert_eq!(FileJournal::read(&cut).unwrap().calls().len(), 7);
    for path in [path, cut] {
        fs::remove_file(path).unwrap();
    }
}

const STARTED: &str = r#"{"format":1,"started":{"key":"b-000","index":0,"call":{"id":"","name":"pay","arguments":"{}"},"may_change":true}}"#;

#[track_caller]
fn check(text: impl AsRef<[u8]>, expected: &str) {
    let path = file(text);
    let read = FileJournal::read(&path).unwrap_err();
    let shown = path.display().to_string();
    assert_eq!(read.to_string().replace(&shown, "PATH"), expected);
    fs::remove_file(path).unwrap();
}

#[test]
fn a_line_that_is_no_record_is_an_error_that_names_it() {
    let end = "; give the path of a file that a `FileJournal` has written, or move this one away";
    check(
        format!("{STARTED}\ngarbage\n{STARTED}\n"),
        &format!("line 2 of the journal `PATH` is no record of a call: expected value{end}"),
    );
    check(
        format!("{STARTED}\n\n"),
        &format!(
            "line 2 of the journal `PATH` is no record of a call: EOF while parsing a value{end}"
        ),
    );
    check(
        "{\"format\":1}\n",
        &format!(
            "line 1 of the journal `PATH` is no record of a call: expected one of `started` and `finished` in this record{end}"
        ),
    );
    check(
        format!("{}\n", &STARTED[..40]),
        &format!(
            "line 1 of the journal `PATH` is no record of a call: EOF while parsing a string{end}"
        ),
    );
    check(
        "# Notes\nof somebody",
        &format!("line 1 of the journal `PATH` is no record of a call: expected value{end}"),
    );
    check(
        "Notes of somebody",
        &format!(
            "line 1 of the journal `PATH` is no record of a call: it does not begin as one{end}"
        ),
    );
    check(
        b"\xff\xfe\n",
        &format!("line 1 of the journal `PATH` is no record of a call: expected value{end}"),
    );
}

#[test]
fn an_unknown_format_is_an_error_that_names_both() {
    let error = "line 2 of the journal `PATH` has format 7, and only format 1 is known; read it with the release that wrote it";
    check(format!("{STARTED}\n{{\"format\":7,\"begun\":[]}}\n"), error);
    let path = file("{\"format\":7,\"begun\":[]}\n");
    let error = FileJournal::open(&path).unwrap_err();
    assert!(
        matches!(
            error,
            JournalError::UnknownFormat {
                found: 7,
                known: 1,
                ..
            }
        ),
        "{error}"
    );
    fs::remove_file(path).unwrap();
}

/// A wrong path costs nobody his file.
#[test]
fn a_file_that_is_no_journal_is_not_touched() {
    for text in ["Notes of somebody", "# Notes\nof somebody", "{\"a\":1}\n{"] {
        let path = file(text);
        let error = FileJournal::open(&path).unwrap_err();
        assert!(
            matches!(error, JournalError::Unreadable { line: 1, .. }),
            "{error}"
        );
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
        fs::remove_file(path).unwrap();
    }
}

#[test]
fn what_the_system_refuses_is_an_error_with_its_reason() {
    let missing = free_path();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let within_none = missing.join("journal");
    for (path, opened) in [
        (&*missing, None),
        (folder, Some(FileJournal::open(folder))),
        (&*within_none, Some(FileJournal::open(&within_none))),
    ] {
        let read = FileJournal::read(path).map(|_| ());
        let opened = opened.map(|opened| opened.map(|_| ()));
        for error in [Some(read), opened].into_iter().flatten() {
            let error = error.unwrap_err();
            assert_eq!(
                error.to_string(),
                format!("the journal `{}` cannot be read or written", path.display())
            );
            assert!(error.source().is_some());
        }
    }
}

#[test]
fn an_empty_file_says_nothing_and_neither_do_zeros() {
    for text in [&b""[..], b"{", b"{\"format\":1", &[0; 500]] {
        let path = file(text);
        assert!(said(&FileJournal::read(&path).unwrap()).is_empty());
        drop(FileJournal::open(&path).unwrap());
        assert_eq!(fs::read(&path).unwrap(), b"");
        fs::remove_file(path).unwrap();
    }
}

#[test]
fn effects_are_those_of_the_record() {
    let nothing = STARTED.replace("true", "false").replace("b-000", "b-001");
    let path = file(format!("{STARTED}\n{nothing}\n"));
    let recovered = FileJournal::read(&path).unwrap();
    let effects: Vec<_> = recovered.calls().map(|call| call.effects()).collect();
    assert_eq!(effects, [Effects::Unknown, Effects::None]);
    assert!(recovered.get("b-001").unwrap().started().is_some());
    fs::remove_file(path).unwrap();
}
