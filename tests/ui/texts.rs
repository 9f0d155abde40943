//! The blessed texts themselves: what every one of them owes to its reader.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

/// One case: its file, what it says about itself, and the text it fails with.
struct Case {
    path: PathBuf,
    /// What `// errors: N` in the first line says; 1 without it.
    errors: usize,
    text: String,
}

impl Case {
    fn read(path: PathBuf) -> Self {
        let source = fs::read_to_string(&path).expect("a case is text");
        let first = source.lines().next().unwrap_or_default();
        let errors = match first.strip_prefix("// errors: ") {
            Some(number) => number.parse().expect("`// errors: N` has a number"),
            None => 1,
        };
        let text = fs::read_to_string(path.with_extension("stderr")).unwrap_or_default();
        Self { path, errors, text }
    }

    /// The first line of each error.
    fn errors(&self) -> impl Iterator<Item = &str> {
        self.text.lines().filter(|line| line.starts_with("error"))
    }

    /// Each error's first line, and the lines of the case that it shows.
    fn shown(&self) -> Vec<(&str, String)> {
        let mut shown: Vec<(&str, String)> = Vec::new();
        for line in self.text.lines() {
            if line.starts_with("error") {
                shown.push((line, String::new()));
            } else if let (Some((_, lines)), Some((number, code))) =
                (shown.last_mut(), line.split_once('|'))
                && number.trim().parse::<u32>().is_ok()
            {
                lines.push_str(code);
                lines.push('\n');
            }
        }
        shown
    }
}

/// The cases in `folder`; every text must belong to one.
fn cases(folder: &str) -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("ui")
        .join(folder);
    let mut cases = Vec::new();
    for entry in fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("an entry can be read").path();
        match path.extension().and_then(OsStr::to_str) {
            Some("rs") => cases.push(Case::read(path)),
            _ => assert!(
                path.with_extension("rs").exists(),
                "{} belongs to no case",
                path.display()
            ),
        }
    }
    assert!(!cases.is_empty());
    cases.sort_by(|a, b| a.path.cmp(&b.path));
    cases
}

/// Checks every case and names all that fail, each with what `problem` says about it.
#[track_caller]
fn check(folders: &[&str], problem: impl Fn(&Case) -> Option<String>) {
    let problems: Vec<String> = folders
        .iter()
        .flat_map(|folder| cases(folder))
        .filter_map(|case| {
            let problem = problem(&case)?;
            Some(format!("{}: {problem}", case.path.display()))
        })
        .collect();
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}

/// A mistake is reported, and breeds no second error.
#[test]
fn every_mistake_is_one_error() {
    check(&["attr", "bounds"], |case| {
        let found = case.errors().count();
        (found != case.errors).then(|| format!("{found} errors instead of {}", case.errors))
    });
}

/// An error with a code is rustc's.
#[test]
fn errors_of_the_attribute_are_ours() {
    check(&["attr"], |case| {
        case.errors()
            .find(|error| !error.starts_with("error: "))
            .map(|error| format!("is told `{error}`"))
    });
}

/// Something in backticks stands in the lines that the error shows.
#[test]
fn every_text_quotes_the_case() {
    check(&["attr"], |case| {
        let mut shown = case.shown().into_iter();
        let (error, _) =
            shown.find(|(error, lines)| !code(error).any(|code| quotes(code, lines)))?;
        Some(format!("`{error}` quotes nothing of the case"))
    });
}

/// What stands in backticks.
fn code(error: &str) -> impl Iterator<Item = &str> {
    error.split('`').skip(1).step_by(2)
}

/// Whether `code` has a word of `lines`, or is a mark in them. What stands in every case does not count.
fn quotes(code: &str, lines: &str) -> bool {
    let mut words = words(code).peekable();
    if words.peek().is_none() {
        return lines.contains(code);
    }
    words.any(|word| {
        !["tool", "tools", "fn", "async"].contains(&word) && self::words(lines).any(|w| w == word)
    })
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|word| !word.is_empty())
}

/// The reader is asked to do something, or shown how it is written.
#[test]
fn every_text_says_what_to_write() {
    check(&["attr"], |case| {
        case.errors()
            .find(|error| !says_what_to_write(error))
            .map(|error| format!("`{error}` does not say what to write"))
    });
}

fn says_what_to_write(error: &str) -> bool {
    let asks = [
        "write",
        "remove",
        "keep",
        "name",
        "rename",
        "make",
        "give",
        "put",
        "leave",
        "implement",
        "end",
        "expected",
    ];
    let prose: String = error.split('`').step_by(2).collect();
    let prose = prose.trim_start_matches("error: ");
    prose.contains("did you mean")
        || error.contains(": `") && prose.contains(": ")
        || words(prose).any(|word| asks.contains(&word))
}

/// What only expansions name.
const INSIDE: [&str; 4] = ["__private", "__tool_", "__Tool", "__TOOL"];

#[test]
fn no_text_of_ours_shows_what_is_inside() {
    check(&["attr"], |case| {
        INSIDE
            .into_iter()
            .find(|inside| case.text.contains(inside))
            .map(|inside| format!("shows `{inside}`"))
    });
}

/// Where a bound stands, rustc says whatever we do.
#[test]
fn a_text_of_rustc_shows_what_is_inside_only_where_it_says_what_requires_it() {
    check(&["bounds"], |case| {
        let mut lines = case.text.lines();
        lines
            .find(|line| {
                let required = line.starts_with("note: required by a bound in ");
                !required && INSIDE.into_iter().any(|inside| line.contains(inside))
            })
            .map(|line| format!("shows `{line}`"))
    });
}

#[test]
fn no_text_depends_on_the_machine() {
    check(&["attr", "bounds"], |case| {
        case.text
            .split(|c: char| c.is_whitespace() || "\"'`(@".contains(c))
            .find(|word| is_absolute(word))
            .map(|word| format!("has the path `{word}`"))
    });
}

fn is_absolute(word: &str) -> bool {
    let mut characters = word.chars();
    match characters.next() {
        // `///` and `//` are comments, `/ ` stands at the edge of an underlined block.
        Some('/') => characters
            .next()
            .is_some_and(|c| c.is_alphanumeric() || c == '.'),
        Some(drive) => drive.is_ascii_alphabetic() && word[1..].starts_with(":\\"),
        None => false,
    }
}
