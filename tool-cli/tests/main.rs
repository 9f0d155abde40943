//! Does the command line do what it says, for good input and for bad? The example `desk` is driven as it is built.

mod bad_input;
mod batch;
mod call;
mod completions;
mod findings;
mod manifest;
mod own;
mod readme;
mod stats;
#[cfg(unix)]
mod terminal;

use std::path::{Path, PathBuf};

/// What came of a run.
#[derive(Debug)]
struct Ran {
    code: Option<i32>,
    out: String,
    err: String,
}

const DESK: &str = env!("CARGO_BIN_EXE_desk");

/// Runs the desk in the root of the repository.
fn desk<const N: usize>(arguments: [&str; N]) -> Ran {
    desk_reading(&arguments, "")
}

/// The same with this on standard input.
fn desk_reading(arguments: &[&str], input: &str) -> Ran {
    run(DESK, arguments, input)
}

/// Runs the program whose tools are wrong on purpose.
fn odd<const N: usize>(arguments: [&str; N]) -> Ran {
    run(env!("CARGO_BIN_EXE_odd"), &arguments, "")
}

fn run(program: &str, arguments: &[&str], input: &str) -> Ran {
    let output = assert_cmd::Command::new(program)
        .args(arguments)
        .current_dir(root())
        .env_remove("NO_COLOR")
        .write_stdin(input)
        .output()
        .expect("the desk runs");
    Ran {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).expect("text"),
        err: String::from_utf8(output.stderr).expect("text"),
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A file of a test's own.
fn file(name: &str, text: &str) -> String {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let path = folder.join(name);
    std::fs::write(&path, text).expect("a file of the test's own");
    path.to_str().expect("a path").to_owned()
}

/// The text with each time as `T ms` and each ratio as `Nx`, which no test holds to a clock.
fn timeless(text: &str) -> String {
    let words = text.split_inclusive([' ', '\n', ',', ';']);
    let mut said = String::new();
    let mut words = words.peekable();
    while let Some(word) = words.next() {
        let number = word.trim_end_matches([' ', '\n', ',', ';']);
        let is_number = !number.is_empty() && number.parse::<f64>().is_ok();
        let next = words
            .peek()
            .map_or("", |next| next.trim_end_matches(['\n', ',', ';', ' ']));
        let ratio = number.strip_suffix('x');
        let is_ratio = ratio.is_some_and(|ratio| ratio.parse::<f64>().is_ok());
        match (is_number && next == "ms", is_ratio) {
            (true, _) => said.push_str(&word.replace(number, "T")),
            (_, true) => said.push_str(&word.replace(number, "Nx")),
            _ => said.push_str(word),
        }
    }
    said
}
