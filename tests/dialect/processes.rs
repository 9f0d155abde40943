//! Manifests have the same bytes in every process.

use std::process::{Command, Stdio};

use crate::library;
use crate::providers::PROVIDERS;
use crate::requests::REQUESTS;

/// What a child process prints, and nothing else does.
const MARK: &str = "manifest: ";

const ASKED: &str = "PRINT_MANIFESTS";

/// A line for each manifest.
fn manifests() -> Vec<String> {
    let shapes = REQUESTS.iter().map(|request| {
        let manifest = (request.tools)().manifest(request.format).unwrap();
        format!("{MARK}{} {manifest}", request.name)
    });
    let library = PROVIDERS.iter().map(|provider| {
        let manifest = library::toolbox().manifest(provider.dialect).unwrap();
        format!("{MARK}{} {manifest}", provider.name)
    });
    shapes.chain(library).collect()
}

/// What a child runs: nothing, unless it is asked.
#[test]
fn printed_for_another_process() {
    if std::env::var_os(ASKED).is_some() {
        for line in manifests() {
            println!("\n{line}");
        }
    }
}

fn child() -> Vec<String> {
    let output = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "processes::printed_for_another_process",
            "--nocapture",
        ])
        .env(ASKED, "1")
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    assert!(output.status.success());
    let output = String::from_utf8(output.stdout).unwrap();
    let lines = output.lines().filter(|line| line.starts_with(MARK));
    lines.map(str::to_owned).collect()
}

#[test]
fn two_processes_and_this_one_make_the_same_bytes() {
    let (first, second) = (child(), child());
    assert_eq!(first.len(), REQUESTS.len() + PROVIDERS.len());
    assert_eq!(first, second);
    assert_eq!(first, manifests());
}
