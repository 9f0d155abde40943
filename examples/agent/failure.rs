//! Why a run ends before its end: one line that says what to do, and an exit code.

use std::fmt::Display;
use std::io::Write as _;

/// A line for people, and a code for the shell.
#[derive(Debug)]
pub(crate) struct Failure {
    code: u8,
    line: String,
}

impl Failure {
    /// What was asked for did not work out.
    pub(crate) fn new(line: impl Display) -> Self {
        Self::with(1, line)
    }

    /// What was asked for cannot be done.
    pub(crate) fn usage(line: impl Display) -> Self {
        Self::with(2, line)
    }

    /// Ctrl-C: 128 and the number of SIGINT, as shells have it.
    pub(crate) fn interrupted(line: impl Display) -> Self {
        Self::with(130, line)
    }

    fn with(code: u8, line: impl Display) -> Self {
        let line = one_line(&line.to_string());
        Self { code, line }
    }

    /// The same, with what to do next.
    pub(crate) fn then(self, next: &str) -> Self {
        Self::with(self.code, format!("{}; {next}", self.line))
    }

    /// Says it, if there is something to say; the exit code.
    pub(crate) fn tell(&self) -> u8 {
        if !self.line.is_empty() {
            let _ = writeln!(std::io::stderr().lock(), "agent: {}", self.line);
        }
        self.code
    }
}

/// The text without what would break the line or do something to a terminal.
pub(crate) fn one_line(text: &str) -> String {
    let is_break = |c: char| c.is_whitespace() || c.is_control();
    let words = text.split(is_break).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

/// A text of at most so many characters, on one line.
pub(crate) fn shortened(text: &str, most: usize) -> String {
    let text = one_line(text);
    match text.char_indices().nth(most) {
        None => text,
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}
