//! `manifest`: the tools as a provider is sent them, and what changed since they were stored.

use std::path::Path;

use clap::{ArgMatches, Command};
use tool_runtime::tool::State;
use tool_runtime::{Compatibility, Manifest, ManifestDiff, ManifestError, Toolbox};

use crate::exit::{Exit, Failure};
use crate::files::{self, Source};
use crate::names;
use crate::options::flag;
use crate::session::Session;
use crate::{dialects, out};

pub(crate) fn command<S>(toolbox: &Toolbox<S>) -> Command {
    Command::new("manifest")
        .about("Print the tools as a provider takes them")
        .arg(dialects::option("Whose format").required(true))
        .arg(flag(
            "strict",
            "With strict schemas, where the provider has such",
        ))
        .arg(flag(
            "lenient",
            "With wider schemas, where the provider has no form for one",
        ))
        .arg(
            flag("compact", "Not indented: the bytes that a request has")
                .conflicts_with_all(["diff", "pin"]),
        )
        .args(names::selection(toolbox))
        .arg(
            files::option(
                "diff",
                "Say what changed since this manifest; code 1 if it can break calls",
            )
            .conflicts_with("pin"),
        )
        .arg(files::option(
            "pin",
            "Hold it to this file; code 1, and what changed, if that says else",
        ))
        .arg(flag("update", "Write the file of --pin instead").requires("pin"))
}

pub(crate) fn run<S: State>(session: &Session<S>, matches: &ArgMatches) -> Result<Exit, Failure> {
    let toolbox = names::selected(&session.toolbox, matches)?;
    let Some(provider) = dialects::named(matches) else {
        return Err(Failure::unusable("say whose format by `--dialect`"));
    };
    let dialect = provider.settled(matches.get_flag("strict"), matches.get_flag("lenient"))?;
    let manifest = toolbox.manifest(dialect).map_err(refused)?;
    if session.verbose {
        manifest.moved().iter().for_each(out::note);
    }
    if let Some(older) = files::path(matches, "diff") {
        return compare(&manifest, older);
    }
    if let Some(pinned) = files::path(matches, "pin") {
        return pin(&manifest, pinned, matches.get_flag("update"));
    }
    match matches.get_flag("compact") {
        true => out::line(&manifest)?,
        false => out::line(indented(&manifest)?)?,
    }
    Ok(Exit::Fine)
}

/// Why the provider does not take it, in a line; each argument for `--verbose`.
fn refused(error: ManifestError) -> Failure {
    match &error {
        ManifestError::Shapes { dialect, problems } => {
            let count = match problems.len() {
                0 | 1 => String::new(),
                several => format!(" (the first of {several})"),
            };
            let first = problems.first().map(ToString::to_string);
            let first = first.unwrap_or_default();
            let (strict, instead) = match problems.iter().all(|problem| problem.is_strict) {
                true => ("strict ", "offers such tools without strict schemas"),
                false => ("", "gives wider schemas instead"),
            };
            let line =
                format!("{dialect} has no {strict}form of {first}{count}; `--lenient` {instead}");
            Failure::not_fine(line).with_more(problems.iter().skip(1))
        }
        _ => Failure::not_fine(error),
    }
}

fn indented(manifest: &Manifest) -> Result<String, Failure> {
    serde_json::to_string_pretty(manifest)
        .map_err(|error| Failure::unusable(format!("the manifest cannot be indented: {error}")))
}

fn stored(path: &Path) -> Result<Manifest, Failure> {
    let source = Source::new(path);
    let text = source.read()?;
    text.parse()
        .map_err(|error| Failure::unusable(format!("{}: {error}", source.name())))
}

fn compare(manifest: &Manifest, path: &Path) -> Result<Exit, Failure> {
    let diff = manifest.diff(&stored(path)?);
    if diff.is_empty() {
        out::line("nothing changed")?;
        return Ok(Exit::Fine);
    }
    print(&diff)?;
    Ok(match diff.can_break() {
        true => Exit::NotFine,
        false => Exit::Fine,
    })
}

fn print(diff: &ManifestDiff) -> Result<(), Failure> {
    for change in diff.changes() {
        let tone = match change.compatibility {
            Compatibility::Breaking => out::Tone::Bad,
            Compatibility::PossiblyBreaking => out::Tone::Doubtful,
            Compatibility::Compatible => out::Tone::Plain,
        };
        out::line(out::toned(tone, change))?;
    }
    Ok(())
}

/// White space in the file does not count, so that an editor may indent it.
fn pin(manifest: &Manifest, path: &Path, update: bool) -> Result<Exit, Failure> {
    let file = path.display();
    if update {
        files::write(path, &(indented(manifest)? + "\n"))?;
        out::line(format!("{file} is written"))?;
        return Ok(Exit::Fine);
    }
    if !path.exists() {
        return Err(Failure::unusable(format!(
            "there is no {file} to hold the manifest to; write it with `--update`, and commit it"
        )));
    }
    let diff = manifest.diff(&stored(path)?);
    if diff.is_empty() {
        out::line(format!("{file} says the same"))?;
        return Ok(Exit::Fine);
    }
    print(&diff)?;
    let calls = match diff.can_break() {
        true => "calls that were valid may be refused now",
        false => "every call that was valid still is",
    };
    Err(Failure::not_fine(format!(
        "the manifest is not what {file} says; {calls}; if that is meant, write it with `--update`"
    )))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use schemars::JsonSchema;
    use serde::Deserialize;
    use tool_runtime::dialect::{Gemini, OpenAiChat, RequestFormat};
    use tool_runtime::{tool, tools};

    use super::*;

    #[derive(Deserialize, JsonSchema)]
    struct Tree {
        #[serde(rename = "children")]
        _children: Vec<Tree>,
    }

    /// Plants trees.
    #[tool(pure)]
    async fn plant(
        /// The first.
        one: Tree,
        /// The second.
        other: Tree,
        /// How many of each.
        counts: BTreeMap<String, u8>,
    ) {
        drop((one, other, counts));
    }

    #[track_caller]
    fn check(dialect: impl RequestFormat, expected: &str) {
        let toolbox = Toolbox::new(tools![plant]).expect("a tool");
        let error = toolbox.manifest(dialect).expect_err("it has no form");
        let failure = refused(error);
        assert_eq!(failure.exit, Exit::NotFine);
        assert_eq!(failure.told("t", false).as_deref(), Some(expected));
    }

    #[test]
    fn what_a_provider_refuses_is_one_line() {
        check(
            Gemini,
            "t: Gemini has no form of `plant`: `$.one` contains itself where it cannot be left out; make every argument and field on the way an `Option`, or take the parts as a list in which each names its parent (the first of 2); `--lenient` gives wider schemas instead (`--verbose` says more)",
        );
        check(
            OpenAiChat.strict(),
            "t: OpenAI Chat Completions has no strict form of `plant`: `$.counts` takes members of any name; take a list of objects with a name and a value; `--lenient` offers such tools without strict schemas",
        );
    }
}
