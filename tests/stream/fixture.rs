//! The streams in `fixtures/`, and how one is read.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use tool_runtime::dialect::{
    Anthropic, Bedrock, Dialect, Gemini, Mistral, Ollama, OpenAiChat, OpenAiResponses,
    StreamingDialect, Turn, TurnStream,
};
use tool_runtime::{DecodeError, ToolCall};

/// A streamed response: `PROVIDER.NAME.EXTENSION`.
pub(crate) struct Fixture {
    pub(crate) provider: String,
    pub(crate) name: String,
    pub(crate) text: String,
    pub(crate) dialect: Box<dyn StreamingDialect + Send + Sync>,
}

/// What came of a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Read {
    /// The calls that came with each piece, and at last with the end.
    pub(crate) handed: Vec<Vec<ToolCall>>,
    /// The text that came with each, likewise.
    pub(crate) said: Vec<String>,
    pub(crate) turn: Result<Turn, DecodeError>,
}

pub(crate) fn folder(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "stream", name]
        .iter()
        .collect()
}

pub(crate) fn fixtures() -> &'static [Fixture] {
    static FIXTURES: LazyLock<Vec<Fixture>> = LazyLock::new(all);
    &FIXTURES
}

fn all() -> Vec<Fixture> {
    let files = fs::read_dir(folder("fixtures")).unwrap();
    let files = files.map(|file| file.unwrap().path());
    let mut streams: Vec<PathBuf> = files
        .filter(|file| file.extension().is_none_or(|kind| kind != "md"))
        .collect();
    streams.sort();
    assert!(streams.len() > 80, "{streams:?}");
    streams.iter().map(|file| Fixture::of(file)).collect()
}

/// Does something with each stream, with several at once.
pub(crate) fn each(check: impl Fn(&Fixture) + Sync) {
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                while let Some(fixture) = fixtures().get(next.fetch_add(1, Ordering::Relaxed)) {
                    check(fixture);
                }
            });
        }
    });
}

pub(crate) fn fixture(provider: &str, name: &str) -> &'static Fixture {
    let all = fixtures().iter();
    let mut found = all.filter(|one| one.provider == provider && one.name == name);
    found.next().unwrap()
}

/// The dialect of a provider. Where there are several answers the first is read.
fn dialect(provider: &str) -> Box<dyn StreamingDialect + Send + Sync> {
    match provider {
        "anthropic" => Box::new(Anthropic),
        "bedrock" => Box::new(Bedrock),
        "gemini" => Box::new(Gemini.choice(0)),
        "mistral" => Box::new(Mistral),
        "ollama" => Box::new(Ollama),
        "openai-chat" => Box::new(OpenAiChat.choice(0)),
        "openai-responses" => Box::new(OpenAiResponses),
        other => panic!("no such provider: {other}"),
    }
}

impl Fixture {
    fn of(file: &Path) -> Self {
        let name = file.file_name().unwrap().to_str().unwrap();
        let mut parts = name.split('.');
        let mut next = || parts.next().unwrap().to_owned();
        let (provider, name) = (next(), next());
        Self {
            text: fs::read_to_string(file).unwrap(),
            dialect: dialect(&provider),
            provider,
            name,
        }
    }

    pub(crate) fn stream(&self) -> TurnStream {
        self.dialect.stream()
    }

    pub(crate) fn title(&self) -> String {
        format!("{}.{}", self.provider, self.name)
    }

    pub(crate) fn are_lines(&self) -> bool {
        matches!(self.provider.as_str(), "bedrock" | "ollama")
    }

    /// The text, event by event, each with its end.
    pub(crate) fn events(&self) -> Vec<&str> {
        let end = if self.are_lines() { "\n" } else { "\n\n" };
        self.text.split_inclusive(end).collect()
    }

    /// The data of each event.
    pub(crate) fn data(&self) -> Vec<&str> {
        let data = |event: &&'_ str| match self.are_lines() {
            true => Some(0),
            false => event.find("data: ").map(|at| at + 6),
        };
        let events = self.events().into_iter();
        let data = events.filter_map(|event| Some(event[data(&event)?..].trim_end()));
        data.filter(|data| !data.is_empty()).collect()
    }

    pub(crate) fn read<B: AsRef<[u8]>>(&self, pieces: impl IntoIterator<Item = B>) -> Read {
        let mut stream = self.stream();
        let (mut handed, mut said) = (Vec::new(), Vec::new());
        for piece in pieces {
            handed.push(stream.push(piece));
            said.push(stream.take_text());
        }
        handed.push(stream.end());
        said.push(stream.take_text());
        Read {
            handed,
            said,
            turn: stream.into_turn(),
        }
    }

    /// All of it, event by event.
    pub(crate) fn whole(&self) -> Read {
        self.read(self.events())
    }
}

impl Read {
    /// All calls that were handed out.
    pub(crate) fn calls(&self) -> Vec<ToolCall> {
        self.handed.concat()
    }

    /// All text that was handed out.
    pub(crate) fn text(&self) -> String {
        self.said.concat()
    }

    /// The turn, if the stream came to its end without anything wrong.
    pub(crate) fn ended_well(&self) -> Option<&Turn> {
        let turn = self.turn.as_ref().ok();
        turn.filter(|turn| turn.interruption().is_none())
    }
}

/// The dialect, to be called as one.
pub(crate) fn as_dialect(fixture: &Fixture) -> &dyn Dialect {
    &*fixture.dialect
}
