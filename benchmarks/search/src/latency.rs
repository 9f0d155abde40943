//! What one search takes, in time and in instructions.

use std::hint::black_box;
use std::process::Command;
use std::time::Instant;

use crate::{set, ways};

const SIZES: [usize; 2] = [300, 2_000];
const ROUNDS: usize = 50;

pub fn print() {
    println!("One search, over the 100 questions {ROUNDS} times\n");
    println!("| tools | index made in | least | median | slowest | instructions, mean |");
    println!("|---:|---:|---:|---:|---:|---:|");
    for size in SIZES {
        let tools = set::many(size);
        let toolbox = set::toolbox(&tools);
        let start = Instant::now();
        let searchable = toolbox.searchable([""; 0]).expect("tools");
        let made = start.elapsed().as_secs_f64() * 1e3;
        let mut times = Vec::new();
        for _ in 0..ROUNDS {
            for question in set::questions() {
                let start = Instant::now();
                black_box(searchable.search(black_box(&question.question)));
                times.push(start.elapsed().as_secs_f64() * 1e6);
            }
        }
        times.sort_by(f64::total_cmp);
        let (least, median, slowest) = (times[0], times[times.len() / 2], times[times.len() - 1]);
        let instructions =
            instructions(size).map_or("no valgrind".to_owned(), |count| count.to_string());
        println!(
            "| {size} | {made:.1} ms | {least:.0} µs | {median:.0} µs | {slowest:.0} µs | {instructions} |"
        );
    }
    println!();
}

/// All questions so often, and nothing else that differs: for valgrind.
pub fn run(size: usize, rounds: usize) {
    let searchable = ways::searchable(&set::many(size));
    for _ in 0..rounds {
        for question in set::questions() {
            black_box(searchable.search(black_box(&question.question)));
        }
    }
}

/// What two rounds take more than one, for each question.
fn instructions(size: usize) -> Option<u64> {
    let program = std::env::current_exe().ok()?;
    let count = |rounds: &str| -> Option<u64> {
        let output = Command::new("valgrind")
            .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
            .arg(&program)
            .args(["queries", &size.to_string(), rounds])
            .output()
            .ok()?;
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        let line = text.lines().find(|line| line.contains("Collected :"))?;
        line.rsplit(' ').next()?.parse().ok()
    };
    let rounds = count("2")?.checked_sub(count("1")?)?;
    Some(rounds / set::questions().len() as u64)
}
