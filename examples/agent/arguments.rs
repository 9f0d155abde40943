//! The command line.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::NonEmptyStringValueParser;
use clap::error::ErrorKind;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

use crate::failure::{Failure, one_line};
use crate::provider::Provider;
use crate::store::Settings;

/// What was asked for.
#[derive(Debug)]
pub(crate) struct Options {
    provider: Option<Provider>,
    base_url: Option<String>,
    model: Option<String>,
    scripted: bool,
    folder: Option<PathBuf>,
    pub(crate) resume: bool,
    pub(crate) yes: bool,
    pub(crate) latency: Duration,
    pub(crate) question: Option<String>,
}

fn command() -> Command {
    let value = |name: &'static str, value: &'static str, help: &'static str| {
        let arg = Arg::new(name).long(name).value_name(value).help(help);
        arg.value_parser(NonEmptyStringValueParser::new())
    };
    let flag = |name: &'static str, help: &'static str| {
        Arg::new(name)
            .long(name)
            .action(ArgAction::SetTrue)
            .help(help)
    };
    Command::new("agent")
        .about("A customer desk that a model works at. Without a key and without `--base-url` a script is the model.")
        .after_help(
            "Keys: OPENAI_API_KEY, ANTHROPIC_API_KEY.\n\
             Exit codes: 0 it is answered, 1 it is not, 2 it cannot be done as asked for, 130 Ctrl-C.",
        )
        .arg(Arg::new("question").value_name("QUESTION").help("What to ask; otherwise it is asked for"))
        .arg(value("provider", "NAME", "Whose format is spoken").value_parser(["openai", "anthropic"]))
        .arg(value("base-url", "URL", "Where the provider is, with the version, such as http://localhost:11434/v1"))
        .arg(value("model", "NAME", "The model"))
        .arg(flag("scripted", "Let a script be the model, though there is a key"))
        .arg(value("dir", "FOLDER", "Where the conversation and the database are kept; a new folder for temporary files, if left out"))
        .arg(flag("resume", "Go on with the conversation in the folder").requires("dir"))
        .arg(flag("yes", "Approve of every call that needs approval, without asking").short('y'))
        .arg(
            value("latency", "MILLISECONDS", "How far away the database pretends to be")
                .default_value("150")
                .value_parser(value_parser!(u64).range(..=60_000)),
        )
}

impl Options {
    /// Reads the command line. Help is told here, and is the end.
    pub(crate) fn read(arguments: Vec<OsString>) -> Result<Self, Failure> {
        match command().try_get_matches_from(arguments) {
            Ok(matches) => Ok(Self::of(&matches)),
            Err(error) if error.kind() == ErrorKind::DisplayHelp => {
                let _ = error.print();
                std::process::exit(0)
            }
            Err(error) => Err(refused(&error)),
        }
    }

    fn of(matches: &ArgMatches) -> Self {
        let text = |name| matches.get_one::<String>(name).cloned();
        let milliseconds = matches.get_one("latency").copied().unwrap_or_default();
        Self {
            provider: text("provider").and_then(|name| Provider::named(&name)),
            base_url: text("base-url"),
            model: text("model"),
            scripted: matches.get_flag("scripted"),
            folder: text("dir").map(PathBuf::from),
            resume: matches.get_flag("resume"),
            yes: matches.get_flag("yes"),
            latency: Duration::from_millis(milliseconds),
            question: text("question"),
        }
    }

    /// Where the conversation is kept: as it was said, or a folder that no other run has.
    pub(crate) fn folder(&self) -> PathBuf {
        let new = || env::temp_dir().join(format!("agent-{}-{}", unix_time(), std::process::id()));
        self.folder.clone().unwrap_or_else(new)
    }

    /// Who the model of a new conversation is.
    pub(crate) fn settings(&self) -> Result<Settings, Failure> {
        let has_key = |provider: &Provider| provider.key().is_some();
        let all = [Provider::OpenAi, Provider::Anthropic];
        let with_key = self.provider.or(all.into_iter().find(has_key));
        let provider = with_key.unwrap_or(Provider::OpenAi);
        let is_scripted = self.scripted || (self.base_url.is_none() && !has_key(&provider));
        if is_scripted {
            return Ok(Settings {
                provider,
                base_url: None,
                model: "script".to_owned(),
            });
        }
        let base_url = self.base_url.as_deref();
        Ok(Settings {
            provider,
            base_url: Some(base_url.unwrap_or(provider.base_url()).to_owned()),
            model: self.model.clone().ok_or_else(|| {
                let name = provider.name();
                Failure::usage(format!(
                    "name the model of {name} that is to answer, with `--model`"
                ))
            })?,
        })
    }

    /// The same of a conversation that goes on: what is said now counts, but a history is in one provider's words.
    pub(crate) fn settings_from(&self, stored: Settings) -> Result<Settings, Failure> {
        if let Some(other) = self.provider.filter(|other| *other != stored.provider) {
            return Err(Failure::usage(format!(
                "the conversation is in the format of {}, and `--provider {}` does not read that; leave it out, or begin a new one",
                stored.provider.name(),
                other.name()
            )));
        }
        Ok(Settings {
            provider: stored.provider,
            base_url: self.base_url.clone().or(stored.base_url),
            model: self.model.clone().unwrap_or(stored.model),
        })
    }
}

fn unix_time() -> u64 {
    let since = std::time::UNIX_EPOCH.elapsed();
    since.unwrap_or_default().as_secs()
}

/// What clap says, in one line: its first paragraph, and its tip.
fn refused(error: &clap::Error) -> Failure {
    let text = error.render().to_string();
    let mut paragraphs = text.split("\n\n").map(one_line);
    let line = paragraphs.next().unwrap_or_default();
    let line = line.strip_prefix("error: ").unwrap_or(&line).to_owned();
    let tip = paragraphs.find_map(|part| Some(part.strip_prefix("tip: ")?.to_owned()));
    Failure::usage(format!(
        "{line}; {}",
        tip.as_deref().unwrap_or("see `--help`")
    ))
}
