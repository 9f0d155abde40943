//! Options that several subcommands have.

use clap::{Arg, ArgAction};

/// An option without a value.
pub(crate) fn flag(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name)
        .long(name)
        .action(ArgAction::SetTrue)
        .help(help)
}

/// The option `--json`.
pub(crate) fn json(help: &'static str) -> Arg {
    flag("json", help)
}

/// The option `--quiet`.
pub(crate) fn quiet() -> Arg {
    flag("quiet", "Do not show how far calls are").short('q')
}
