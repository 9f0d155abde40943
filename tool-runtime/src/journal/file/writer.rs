//! What writes the file: one line at a time, whole.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::lines::{end, refused};
use super::sync::Syncs;
use crate::JournalError;
use crate::journal::Record;

#[derive(Debug)]
pub(super) struct Writer {
    path: PathBuf,
    file: Mutex<Lines>,
    syncs: Syncs,
}

#[derive(Debug)]
struct Lines {
    file: File,
    /// Where the last whole line ends.
    end: u64,
    /// Whether something stands behind that: what could not be written to its end.
    is_torn: bool,
}

impl Writer {
    pub(super) fn open(path: &Path) -> Result<Self, JournalError> {
        let refused = |error| refused(path, error);
        let mut options = OpenOptions::new();
        let options = options.read(true).append(true).create(true);
        let mut file = options.open(path).map_err(refused)?;
        let end = end(path, &mut file)?;
        file.set_len(end).map_err(refused)?;
        keep_name(path);
        let synced = file.try_clone().map_err(refused)?;
        Ok(Self {
            path: path.to_owned(),
            file: Mutex::new(Lines {
                file,
                end,
                is_torn: false,
            }),
            syncs: Syncs::of(synced).map_err(refused)?,
        })
    }

    /// Hands a line to the operating system, in order with others.
    pub(super) fn write(&self, record: &Record) -> Result<(), JournalError> {
        let written = serde_json::to_vec(record).map_err(io::Error::from);
        let written = written.and_then(|mut line| {
            line.push(b'\n');
            let mut lines = self.file.lock().unwrap_or_else(PoisonError::into_inner);
            lines.write(&line)
        });
        written.map_err(|error| refused(&self.path, error))
    }

    /// Waits until what was written is on the disk.
    pub(super) async fn on_disk(&self) -> Result<(), JournalError> {
        let synced = self.syncs.wait().await;
        synced.map_err(|error| refused(&self.path, error))
    }
}

impl Lines {
    fn write(&mut self, line: &[u8]) -> io::Result<()> {
        if self.is_torn {
            // Or nothing behind it could be read.
            self.file.set_len(self.end)?;
        }
        self.is_torn = true;
        self.file.write_all(line)?;
        self.is_torn = false;
        self.end += line.len() as u64;
        Ok(())
    }
}

/// That a new file has its name is a change of its folder. Not every system lets a folder be opened, and on such nothing is to be done.
fn keep_name(path: &Path) {
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
}
