//! Standard output and standard error: exact bytes, and colours where they are wanted.

use std::fmt;
use std::io::{self, IsTerminal, Write};

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use console::Term;

/// What a text is, for its colour.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Tone {
    Plain,
    Good,
    Bad,
    Doubtful,
    Strong,
    Quiet,
}

impl Tone {
    fn style(self) -> Style {
        match self {
            Self::Plain => Style::new(),
            Self::Good => AnsiColor::Green.on_default(),
            Self::Bad => AnsiColor::Red.on_default(),
            Self::Doubtful => AnsiColor::Yellow.on_default(),
            Self::Strong => Style::new().bold(),
            Self::Quiet => Style::new().dimmed(),
        }
    }
}

/// A line on standard output. `print!` would panic where nobody reads it.
pub(crate) fn line(text: impl fmt::Display) -> io::Result<()> {
    writeln!(io::stdout().lock(), "{text}")
}

/// A line on standard error, where a failure to write it changes nothing.
pub(crate) fn note(text: impl fmt::Display) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// The text in its tone, if standard output takes colours.
pub(crate) fn toned(tone: Tone, text: impl fmt::Display) -> String {
    match has_colours() {
        true => format!("{0}{text}{0:#}", tone.style()),
        false => text.to_string(),
    }
}

/// Whether standard output takes colours: a terminal that does, without `NO_COLOR`, or where `CLICOLOR_FORCE` says so.
pub(crate) fn has_colours() -> bool {
    AutoStream::choice(&io::stdout()) != ColorChoice::Never
}

/// Whether somebody looks at standard output.
pub(crate) fn is_watched() -> bool {
    io::stdout().is_terminal()
}

/// How many columns standard output has; 80 where it is no terminal.
pub(crate) fn columns() -> usize {
    let asked = std::env::var("COLUMNS").ok();
    let asked = asked.and_then(|columns| columns.parse().ok());
    let seen = || Some(usize::from(Term::stdout().size_checked()?.1));
    asked
        .or_else(seen)
        .filter(|&columns| columns > 0)
        .unwrap_or(80)
}
