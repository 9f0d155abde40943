//! Files that are named on the command line, `-` among them.

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use clap::{Arg, ArgMatches, value_parser};

use crate::exit::{Failure, told};

/// A file, or standard input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Source(PathBuf);

impl Source {
    pub(crate) fn new(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// What it is called in messages.
    pub(crate) fn name(&self) -> String {
        match self.is_standard_input() {
            true => "standard input".to_owned(),
            false => self.0.display().to_string(),
        }
    }

    pub(crate) fn is_standard_input(&self) -> bool {
        self.0 == Path::new("-")
    }

    /// All of its text, of which there is some.
    pub(crate) fn read(&self) -> Result<String, Failure> {
        let text = match self.is_standard_input() {
            true => {
                let mut text = String::new();
                io::stdin().read_to_string(&mut text).map(|_| text)
            }
            false => std::fs::read_to_string(&self.0),
        };
        let name = self.name();
        let text = text.map_err(|error| {
            Failure::unusable(format!("{name} cannot be read: {}", told(&error)))
        })?;
        match text.trim().is_empty() {
            true => Err(Failure::unusable(format!("{name} is empty"))),
            false => Ok(text),
        }
    }
}

/// The text written to the file.
pub(crate) fn write(path: &Path, text: &str) -> Result<(), Failure> {
    std::fs::write(path, text).map_err(|error| {
        let name = path.display();
        Failure::unusable(format!("{name} cannot be written: {}", told(&error)))
    })
}

/// An option that takes a path.
pub(crate) fn option(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name)
        .long(name)
        .value_name("FILE")
        .value_parser(value_parser!(PathBuf))
        .help(help)
}

/// The path that was given.
pub(crate) fn path<'a>(matches: &'a ArgMatches, name: &str) -> Option<&'a Path> {
    matches.get_one::<PathBuf>(name).map(PathBuf::as_path)
}
