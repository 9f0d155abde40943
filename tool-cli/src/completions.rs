//! `completions`: what makes a shell complete the command line, the tools' names too.

use clap::{Arg, ArgMatches, Command, value_parser};
use clap_complete::Shell;

use crate::exit::{Exit, Failure};
use crate::out;

pub(crate) fn command() -> Command {
    Command::new("completions")
        .about("Print completions for a shell")
        .arg(
            Arg::new("shell")
                .value_name("SHELL")
                .required(true)
                .value_parser(value_parser!(Shell))
                .help("Where it is to be read: source it, or put it where the shell looks"),
        )
}

pub(crate) fn run(mut clap: Command, program: &str, matches: &ArgMatches) -> Result<Exit, Failure> {
    let Some(&shell) = matches.get_one::<Shell>("shell") else {
        return Err(Failure::unusable("say for which shell"));
    };
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut clap, program, &mut script);
    out::line(String::from_utf8_lossy(&script).trim_end())?;
    Ok(Exit::Fine)
}
