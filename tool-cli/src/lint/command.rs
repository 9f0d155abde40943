//! `lint`: what was found, for people and for CI.

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use tool_runtime::Toolbox;
use tool_runtime::tool::State;

use super::{Finding, Lint, Severity};
use crate::dialects::{self, PROVIDERS};
use crate::exit::{Exit, Failure};
use crate::list::print_value;
use crate::names;
use crate::options::{flag, json};
use crate::out::{self, Tone};
use crate::words::counted;

pub(crate) fn command<S>(toolbox: &Toolbox<S>) -> Command {
    Command::new("lint")
        .about("Say what is wrong with the tools, at every provider; code 1 for errors")
        .arg(
            dialects::option("Only this provider, and those of further --dialect")
                .action(ArgAction::Append),
        )
        .args(names::selection(toolbox))
        .arg(flag(
            "strict",
            "With strict schemas, where a provider has such",
        ))
        .arg(
            Arg::new("max-tokens")
                .long("max-tokens")
                .value_name("COUNT")
                .value_parser(value_parser!(usize))
                .default_value("1000")
                .help("Call a tool heavy that has more"),
        )
        .arg(flag("deny-warnings", "Code 1 for warnings too"))
        .arg(json("One JSON array of findings, notes too"))
}

pub(crate) fn run<S: State>(toolbox: &Toolbox<S>, matches: &ArgMatches) -> Result<Exit, Failure> {
    let most = matches.get_one::<usize>("max-tokens").copied();
    let lint = Lint::default()
        .with_providers(dialects::named_or_all(matches))
        .strict(matches.get_flag("strict"))
        .max_tokens(most.unwrap_or(1000));
    let findings = lint.check(toolbox);
    match matches.get_flag("json") {
        true => print_value(&findings)?,
        false => print(
            &findings,
            matches.get_flag("verbose"),
            toolbox.tools().len(),
        )?,
    }
    let denied = match matches.get_flag("deny-warnings") {
        true => Severity::Warning,
        false => Severity::Error,
    };
    let is_bad = findings.iter().any(|finding| finding.severity >= denied);
    Ok(if is_bad { Exit::NotFine } else { Exit::Fine })
}

fn print(findings: &[Finding], verbose: bool, tools: usize) -> Result<(), Failure> {
    let of = |severity| {
        findings
            .iter()
            .filter(move |found| found.severity == severity)
    };
    for finding in findings
        .iter()
        .filter(|found| verbose || found.severity > Severity::Note)
    {
        out::line(shown(finding))?;
    }
    let counts = [
        (Severity::Error, "error"),
        (Severity::Warning, "warning"),
        (Severity::Note, "note"),
    ];
    let counts = counts.map(|(severity, noun)| counted(of(severity).count(), noun));
    let hidden = !verbose && of(Severity::Note).next().is_some();
    let more = if hidden {
        " (`--verbose` shows notes)"
    } else {
        ""
    };
    out::line(format!(
        "{}: {}{more}",
        counted(tools, "tool"),
        counts.join(", ")
    ))?;
    Ok(())
}

/// The finding in a line; a provider that is every provider is not listed eight times.
fn shown(finding: &Finding) -> String {
    let tone = match finding.severity {
        Severity::Error => Tone::Bad,
        Severity::Warning => Tone::Doubtful,
        Severity::Note => Tone::Quiet,
    };
    let mut finding = finding.clone();
    if finding.dialects.len() == PROVIDERS.len() {
        finding.dialects = vec!["every provider"];
    }
    let line = crate::exit::one_line(&finding.to_string());
    let severity = finding.severity.to_string();
    match line.strip_prefix(&severity) {
        Some(rest) => format!("{}{rest}", out::toned(tone, severity)),
        None => line,
    }
}
