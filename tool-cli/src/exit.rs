//! What a run ends with: a code for the shell, and one line for people.

use std::error::Error;
use std::fmt;
use std::io;
use std::process::ExitCode;

/// What an exit code means. The numbers are documented in the crate's README.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    Fine = 0,
    /// What was asked for was done, and what came of it is not fine: a call failed, a lint found something.
    NotFine = 1,
    /// What was asked for could not be done.
    Unusable = 2,
    /// Ctrl-C: 128 and the number of SIGINT, as shells have it.
    Interrupted = 130,
    /// Who read the output has gone: 128 and the number of SIGPIPE.
    Closed = 141,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why a run ended before it had done what it was asked for.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    line: String,
    /// What `--verbose` says beside it.
    more: Vec<String>,
    /// Where else to look.
    hint: &'static str,
}

impl Failure {
    /// It cannot be done.
    pub(crate) fn unusable(line: impl fmt::Display) -> Self {
        Self::new(Exit::Unusable, line)
    }

    /// It was done, and is not fine.
    pub(crate) fn not_fine(line: impl fmt::Display) -> Self {
        Self::new(Exit::NotFine, line)
    }

    fn new(exit: Exit, line: impl fmt::Display) -> Self {
        Self {
            exit,
            line: one_line(&line.to_string()),
            more: Vec::new(),
            hint: "`--verbose` says more",
        }
    }

    /// The same, saying more where that is asked for.
    pub(crate) fn with_more(mut self, more: impl IntoIterator<Item = impl fmt::Display>) -> Self {
        let lines = more.into_iter().map(|line| line.to_string());
        self.more.extend(lines);
        self
    }

    /// The same, of arguments that were wrong.
    pub(crate) fn with_usage(self, usage: impl IntoIterator<Item = impl fmt::Display>) -> Self {
        Self {
            hint: "see `--help`",
            ..self.with_more(usage)
        }
    }

    /// The error of the program's own code, with its sources.
    pub(crate) fn of(exit: Exit, error: &(dyn Error + Send + Sync + 'static)) -> Self {
        Self::new(exit, error).with_more(causes(error))
    }

    /// What stands on standard error; nothing, if there is nothing to say.
    pub(crate) fn told(&self, program: &str, verbose: bool) -> Option<String> {
        if self.exit == Exit::Closed && !verbose {
            return None;
        }
        let mut text = format!("{program}: {}", self.line);
        if verbose {
            self.more.iter().for_each(|line| {
                text.push_str("\n  ");
                text.push_str(line);
            });
        } else if !self.more.is_empty() {
            text.push_str(&format!(" ({})", self.hint));
        }
        Some(text)
    }
}

/// Of writing to standard output, the only thing that is written with `?`.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Self::new(
                Exit::Closed,
                "standard output was closed before all was written",
            );
        }
        Self::unusable(format!(
            "standard output cannot be written: {}",
            told(&error)
        ))
    }
}

/// The text without what would break the line.
pub(crate) fn one_line(text: &str) -> String {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join(" ")
}

/// Why a file cannot be read or written, without the number of the error.
pub(crate) fn told(error: &io::Error) -> String {
    let text = error.to_string();
    match text.split_once(" (os error") {
        Some((text, _)) => text.to_lowercase(),
        None => text,
    }
}

/// A line for each source of an error.
pub(crate) fn causes(error: &(dyn Error + 'static)) -> Vec<String> {
    let causes = std::iter::successors(error.source(), |cause| (*cause).source());
    causes.map(|cause| format!("caused by: {cause}")).collect()
}
