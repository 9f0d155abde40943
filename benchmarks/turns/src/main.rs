//! Measures what parallel calls do for whole turns and runs: beside the calls one by one, beside one call a turn, beside `join_all`
//! by hand, and where they do nothing. Every part prints one table of `../RESULTS.md`, in Markdown.
//!
//! ```text
//! cargo run --release -- PART…     waiting, real, computing, blocking: in real time
//!                                  arithmetic, run, batch_tool, turns, stats, sweep, half, nothing, eager: on a paused clock
//! cargo run --release -- charts    writes the pictures in ../../docs
//! cargo run --release -- --check   are the tables of the paused clock those in ../RESULTS.md, and the pictures those in ../../docs?
//! ```

mod arithmetic;
mod blocking;
mod charts;
mod check;
mod computing;
mod conversation;
mod desk;
mod eager;
mod model;
mod nothing;
mod real;
mod run;
mod script;
mod stats;
mod svg;
mod sweep;
mod table;
mod waiting;
mod way;
mod work;

use std::process::ExitCode;

use tokio::runtime::{Builder, Runtime};

use table::Table;

/// A part's name and its table.
type Part = (&'static str, fn() -> Table);

/// In real time, and before the others: once a clock was paused, tokio takes a lock for every look at a clock of the process.
const REAL: [Part; 4] = [
    ("waiting", waiting::table),
    ("computing", computing::table),
    ("blocking", blocking::table),
    ("real", real::table),
];

/// On a paused clock: exact, and the same on every machine.
const PAUSED: [Part; 9] = [
    ("arithmetic", arithmetic::table),
    ("run", run::table),
    ("batch_tool", run::batch_tool),
    ("turns", run::turns),
    ("stats", stats::table),
    ("sweep", sweep::table),
    ("half", sweep::half),
    ("nothing", nothing::table),
    ("eager", eager::table),
];

fn main() -> ExitCode {
    let asked: Vec<String> = std::env::args().skip(1).collect();
    match asked.first().map(String::as_str) {
        Some("--check") => return check::check(),
        Some("charts") => {
            charts::write();
            return ExitCode::SUCCESS;
        }
        _ => {}
    }
    let parts = || REAL.into_iter().chain(PAUSED);
    if let Some(unknown) = asked
        .iter()
        .find(|asked| parts().all(|part| part.0 != **asked))
    {
        let names: Vec<&str> = parts().map(|part| part.0).collect();
        let names = names.join(", ");
        eprintln!(
            "there is no part `{unknown}`; name some of {names}, or say `charts` or `--check`"
        );
        return ExitCode::FAILURE;
    }
    for (name, table) in parts() {
        if asked.is_empty() || asked.iter().any(|asked| asked == name) {
            println!("{}", table());
        }
    }
    ExitCode::SUCCESS
}

/// A runtime on which nothing but calls and the model take time.
fn paused_clock() -> Runtime {
    let mut builder = Builder::new_current_thread();
    let runtime = builder.enable_time().start_paused(true).build();
    runtime.expect("a runtime")
}

fn runtime(workers: usize) -> Runtime {
    let mut builder = Builder::new_multi_thread();
    let runtime = builder.worker_threads(workers).enable_time().build();
    runtime.expect("a runtime")
}
