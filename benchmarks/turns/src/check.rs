//! Are the figures that are told those that the program prints?

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use crate::{PAUSED, charts};

pub fn check() -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let results = root.join("../RESULTS.md");
    let told = fs::read_to_string(&results).unwrap_or_default();
    let mut wrong = 0;
    for (name, table) in PAUSED {
        let table = table();
        if !told.contains(table.as_str()) {
            eprintln!(
                "the table of `{name}` is not in benchmarks/RESULTS.md, which should have:\n\n{table}"
            );
            wrong += 1;
        }
    }
    for (path, picture) in charts::all() {
        let drawn = fs::read_to_string(root.join(path)).unwrap_or_default();
        if drawn != picture {
            eprintln!("{path} is another picture; draw it with `cargo run --release -- charts`");
            wrong += 1;
        }
    }
    if wrong > 0 {
        return ExitCode::FAILURE;
    }
    println!(
        "{} tables and {} pictures are as they are told",
        PAUSED.len(),
        charts::all().len()
    );
    ExitCode::SUCCESS
}
