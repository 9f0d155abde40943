//! Instructions of a call, counted by callgrind: the program runs itself under valgrind, twice for each figure with more and fewer
//! rounds, so that what comes before and after is gone from the difference; then what making the calls costs is subtracted.

use std::hint::black_box;
use std::process::Command;
use std::sync::Arc;

use crate::contenders::{Contender, Texts};
use crate::work::Kind;

/// Batches of `count` calls, so many `rounds`, and nothing else.
pub fn rounds<C: Contender>(kind: Kind, count: usize, rounds: usize) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build();
    let runtime = runtime.expect("a runtime");
    let contender = Arc::new(C::new());
    for _ in 0..rounds {
        let calls = kind.calls(count);
        let texts = runtime.block_on(C::batch(contender.clone(), calls));
        let length: usize = (0..texts.count())
            .map(|index| texts.text(index).len())
            .sum();
        black_box(length);
    }
}

/// One call by itself, so many times.
pub fn single<C: Contender>(kind: Kind, rounds: usize) {
    use crate::contenders::Text;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build();
    let runtime = runtime.expect("a runtime");
    let contender = C::new();
    for _ in 0..rounds {
        let calls = kind.calls(1);
        let answer = runtime.block_on(contender.call(&calls[0]));
        black_box(answer.text().len());
    }
}

/// What one call of a batch costs; a count of 0 is one call by itself.
pub fn of(contender: &str, kind: Kind, count: usize) -> f64 {
    let per_batch = |contender| {
        let few = (200 / count.max(1)).max(2);
        let [less, more] = [few, 3 * few].map(|rounds| collected(contender, kind, count, rounds));
        (more - less) / (2 * few) as f64
    };
    (per_batch(contender) - per_batch("nothing")) / count.max(1) as f64
}

fn collected(contender: &str, kind: Kind, count: usize, rounds: usize) -> f64 {
    let program = std::env::current_exe().expect("a path");
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(program)
        .args([
            "rounds",
            contender,
            kind.name(),
            &count.to_string(),
            &rounds.to_string(),
        ])
        .output()
        .expect("valgrind is installed");
    let said = String::from_utf8_lossy(&output.stderr);
    let collected = said
        .lines()
        .find_map(|line| line.split_once("Collected : "));
    let count = collected.and_then(|(_, count)| count.trim().parse().ok());
    count.unwrap_or_else(|| panic!("no count from valgrind: {said}"))
}
