//! Instructions, counted by callgrind: the program runs itself under valgrind, twice for each figure, with more and fewer rounds, so
//! that what comes before and after is gone from the difference; then what it costs to make and drop the calls is subtracted.

use std::process::Command;
use std::sync::Mutex;

use crate::kind::Kind;

/// What a call costs: one by itself, or each of a batch of `count`.
pub fn of(contender: &str, kind: Kind, count: usize) -> f64 {
    (round(contender, kind, count) - nothing(kind, count)) / count.max(1) as f64
}

/// What it costs to make the calls and drop them, which is counted once.
fn nothing(kind: Kind, count: usize) -> f64 {
    static COUNTED: Mutex<Vec<(Kind, usize, f64)>> = Mutex::new(Vec::new());
    let mut counted = COUNTED.lock().expect("no panic");
    let found = counted
        .iter()
        .find(|known| (known.0, known.1) == (kind, count));
    found.map(|known| known.2).unwrap_or_else(|| {
        let cost = round("nothing", kind, count);
        counted.push((kind, count, cost));
        cost
    })
}

/// What a further call of a batch costs, when the fixed cost of the batch is set apart.
pub fn further(contender: &str, kind: Kind, more: usize) -> f64 {
    let per_batch = |count| of(contender, kind, count) * count as f64;
    (per_batch(1 + more) - per_batch(1)) / more as f64
}

fn round(contender: &str, kind: Kind, count: usize) -> f64 {
    let few = (200 / count.max(1)).max(1);
    let [less, more] = std::thread::scope(|scope| {
        [few, 2 * few]
            .map(|rounds| scope.spawn(move || collected(contender, kind, count, rounds)))
            .map(|counting| counting.join().expect("a count"))
    });
    (more - less) / few as f64
}

fn collected(contender: &str, kind: Kind, count: usize, rounds: usize) -> f64 {
    let program = std::env::current_exe().expect("a path");
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(program)
        .args(["rounds", contender, kind.name()])
        .args([count.to_string(), rounds.to_string()])
        .output()
        .expect("valgrind is installed");
    let said = String::from_utf8_lossy(&output.stderr);
    let collected = said
        .lines()
        .find_map(|line| line.split_once("Collected : "));
    let count = collected.and_then(|(_, count)| count.trim().parse().ok());
    count.unwrap_or_else(|| panic!("no count from valgrind: {said}"))
}
