//! A journal in a file.

mod lines;
mod sync;
mod writer;

use std::path::Path;
use std::sync::Arc;

use super::{FinishedCall, Journal, JournalFuture, Recovered, StartedCall};
use crate::JournalError;
use writer::Writer;

/// A journal in a file, for tests and small programs: a line of JSON for each [`Record`](super::Record).
///
/// That a call begins is on the disk before it does, also if the power fails; calls that begin together share the wait for the disk.
/// That it has its result is handed to the operating system, and not waited for: what a failure of the power takes of that is a call that
/// may have taken effect, and so told to the model.
///
/// The file grows, and is one process's at a time: who writes it is not found out. Move it away, or write another, when the history
/// has all results; arguments and results stand in it as in a stored [`Report`](crate::Report). A clone is the same journal.
///
/// ```no_run
/// # use tool_runtime::{Toolbox, tool, tools};
/// use tool_runtime::journal::FileJournal;
///
/// # /// Adds.
/// # #[tool(pure)] async fn add(/** A number. */ a: i64) -> i64 { a }
/// # #[tokio::main] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let journal = FileJournal::open("calls.journal")?; // makes one if there is none
/// let recovered = FileJournal::read("calls.journal")?; // what earlier runs have left
/// let desk = Toolbox::new(tools![add])?.bind(()).journaled_by(journal);
/// # let _ = (desk, recovered);
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct FileJournal(Arc<Writer>);

impl FileJournal {
    /// Goes on with the journal in this file, or begins one. What is left of a record in whose middle the program that wrote it ended is
    /// cut off.
    ///
    /// # Errors
    ///
    /// If the file cannot be opened, or is none of a journal's; then nothing of it is changed.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, JournalError> {
        Writer::open(path.as_ref()).map(|writer| Self(Arc::new(writer)))
    }

    /// What the journal in this file says. A last record that is not whole says nothing: it was about to be written when the program
    /// ended, and its call had not begun, or its result had gone to nobody.
    ///
    /// # Errors
    ///
    /// If there is no such file, or a line in it that is no record; also in a journal that is partly fine, since a call of which the
    /// record cannot be read would be taken for one that was not made.
    pub fn read(path: impl AsRef<Path>) -> Result<Recovered, JournalError> {
        lines::read(path.as_ref())
    }
}

impl Journal for FileJournal {
    fn started(&self, call: StartedCall) -> JournalFuture {
        let writer = Arc::clone(&self.0);
        Box::pin(async move {
            writer.write(&call.into())?;
            Ok(writer.on_disk().await?)
        })
    }

    /// Where the disk is full, say, the record is lost: its call may have taken effect, then.
    fn finished(&self, call: FinishedCall) {
        let _ = self.0.write(&call.into());
    }
}
