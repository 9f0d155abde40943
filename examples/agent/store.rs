//! What a conversation needs to go on, after Ctrl-C, a crash or a failure of the power: a folder.
//!
//! | file | holds |
//! |---|---|
//! | `settings.json` | which model it is with; no key |
//! | `history.json` | all that was said, as it came, up to the last turn whose calls have their results |
//! | `turn-….stream` | the response that is being read: calls begin before it is whole, so the history cannot have it yet |
//! | `calls.journal` | which calls have begun, and what came of them |
//! | `desk.db` | the desk's database; a real one is elsewhere |

use std::fmt::Display;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use tool_runtime::dialect::{Message, StreamingDialect};
use tool_runtime::journal::FileJournal;
use tool_runtime::{JournalError, ToolResult};

use crate::client::cause;
use crate::failure::Failure;
use crate::provider::Provider;

/// Who the model is.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Settings {
    /// In whose words the history is.
    pub(crate) provider: Provider,
    /// `None` where a script is the model.
    pub(crate) base_url: Option<String>,
    pub(crate) model: String,
}

/// The folder of one conversation. One program at a time.
#[derive(Debug)]
pub(crate) struct Store(PathBuf);

impl Store {
    /// Begins a conversation.
    pub(crate) fn create(folder: PathBuf, settings: &Settings) -> Result<Self, Failure> {
        let store = Self(folder);
        if store.settings().exists() {
            return Err(Failure::usage(format!(
                "there is a conversation in {store} already; go on with it by `--resume`, or choose another folder"
            )));
        }
        let made = fs::create_dir_all(&store.0).and_then(|()| {
            store.write("history.json", "[]\n")?;
            store.write("settings.json", &serde_json::to_string(settings)?)
        });
        match made {
            Ok(()) => Ok(store),
            Err(error) => Err(Failure::usage(format!(
                "no conversation can be kept in {store} ({}); choose another folder with `--dir`",
                cause(&error)
            ))),
        }
    }

    /// Goes on with one: its settings, and what was said.
    pub(crate) fn open(folder: PathBuf) -> Result<(Self, Settings, Vec<Message>), Failure> {
        let store = Self(folder);
        if !store.settings().exists() {
            return Err(Failure::usage(format!(
                "there is no conversation in {store}; begin one without `--resume`, or name its folder with `--dir`"
            )));
        }
        let broken = |file: &str, error: &dyn Display| {
            Failure::new(format!(
                "{file} in {store} cannot be read ({error}); mend it, or begin a new conversation"
            ))
        };
        let settings = store.read("settings.json", |text| serde_json::from_str(text));
        let settings = settings.map_err(|error| broken("settings.json", &error))?;
        let history = store.read("history.json", Message::list);
        let history = history.map_err(|error| broken("history.json", &error))?;
        Ok((store, settings, history))
    }

    /// Keeps what was said: all of it or, if something happens meanwhile, what was kept before.
    pub(crate) fn save(&self, history: &[Message]) -> Result<(), Failure> {
        let messages: Vec<&str> = history.iter().map(Message::as_str).collect();
        let text = format!("[\n{}\n]\n", messages.join(",\n"));
        self.write("history.json", &text)
            .map_err(|error| self.unkept(&error))
    }

    /// Where the calls are written down.
    pub(crate) fn journal(&self) -> Result<FileJournal, Failure> {
        FileJournal::open(self.journal_path()).map_err(|error| journal_failed(&error))
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.0.join("desk.db")
    }

    /// Where the bytes of the response go that follows this history.
    pub(crate) fn response(&self, history: &[Message]) -> Result<Partial, Failure> {
        let path = self.response_path(history);
        match File::create(&path) {
            Ok(file) => Ok(Partial { file, path }),
            Err(error) => Err(self.unkept(&error)),
        }
    }

    /// Puts into the history what was lost when the program ended in the middle of a turn: what the model had written, and a result for
    /// each of its calls; those results.
    pub(crate) fn recover(
        &self,
        dialect: &dyn StreamingDialect,
        history: &mut Vec<Message>,
    ) -> Result<Vec<ToolResult>, Failure> {
        let response = self.response_path(history);
        if let Ok(bytes) = fs::read(&response) {
            let mut stream = dialect.stream();
            stream.push(bytes);
            // Without a whole call there is nothing that could have been done: the model is asked again.
            if let Ok(turn) = stream.into_turn() {
                history.extend(turn.messages());
            }
        }
        let journal = FileJournal::read(self.journal_path());
        let journal = journal.map_err(|error| journal_failed(&error))?;
        let results = dialect.complete_from(history, &journal);
        self.save(history)?;
        let _ = fs::remove_file(response);
        Ok(results)
    }

    pub(crate) fn unkept(&self, error: &io::Error) -> Failure {
        let cause = cause(error);
        Failure::new(format!(
            "the conversation cannot be kept in {self} ({cause})"
        ))
    }

    fn settings(&self) -> PathBuf {
        self.0.join("settings.json")
    }

    fn journal_path(&self) -> PathBuf {
        self.0.join("calls.journal")
    }

    /// With the length of the history in its name: one of which the history has the turn already belongs to no history any more.
    fn response_path(&self, history: &[Message]) -> PathBuf {
        self.0.join(format!("turn-{}.stream", history.len()))
    }

    fn read<T, E: Display>(
        &self,
        file: &str,
        read: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<T, String> {
        let text = fs::read_to_string(self.0.join(file));
        let text = text.map_err(|error| cause(&error))?;
        read(&text).map_err(|error| error.to_string())
    }

    /// Beside it first, then in its place: whoever reads it has the old text or the new one.
    fn write(&self, file: &str, text: &str) -> io::Result<()> {
        let new = self.0.join(format!("{file}.new"));
        let mut written = File::create(&new)?;
        written.write_all(text.as_bytes())?;
        written.sync_all()?;
        fs::rename(new, self.0.join(file))
    }
}

impl Display for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.display().fmt(f)
    }
}

fn journal_failed(error: &JournalError) -> Failure {
    Failure::new(format!(
        "{error}; mend the journal, or begin a new conversation"
    ))
}

/// The bytes of a response whose turn the history does not have yet.
#[derive(Debug)]
pub(crate) struct Partial {
    file: File,
    path: PathBuf,
}

impl Partial {
    pub(crate) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)
    }

    /// Waits for the disk: before a call begins, what asked for it is there. (These are a few kilobytes, and nothing else goes on in
    /// this task; so no thread is asked to do it.)
    pub(crate) fn on_disk(&self) -> io::Result<()> {
        self.file.sync_data()
    }

    /// The history has it now.
    pub(crate) fn remove(self) {
        let _ = fs::remove_file(self.path);
    }
}
