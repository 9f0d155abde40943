//! The lines of a journal's file, and where the last whole one ends.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read as _, Seek as _, SeekFrom};
use std::path::Path;

use super::super::stored::{FORMAT, Format};
use super::super::{Record, Recovered};
use crate::JournalError;
use crate::json::without_position;

/// How every record begins, in every format.
const BEGINNING: &[u8] = br#"{"format":"#;

/// So much of a file is looked at at once.
const BLOCK: u64 = 64 * 1024;

pub(super) fn refused(path: &Path, error: io::Error) -> JournalError {
    JournalError::File {
        path: path.to_owned(),
        error,
    }
}

pub(super) fn read(path: &Path) -> Result<Recovered, JournalError> {
    let refused = |error| refused(path, error);
    let mut file = BufReader::new(File::open(path).map_err(refused)?);
    let mut recovered = Recovered::default();
    let mut text = Vec::new();
    for line in 1.. {
        text.clear();
        file.read_until(b'\n', &mut text).map_err(refused)?;
        let Some((b'\n', whole)) = text.split_last() else {
            check_torn(path, line, &text)?;
            break;
        };
        recovered.extend([record(path, line, whole)?]);
    }
    Ok(recovered)
}

/// Where the last whole line of the file ends. Of a file that is no journal it is not said.
pub(super) fn end(path: &Path, file: &mut File) -> Result<u64, JournalError> {
    let mut first = Vec::new();
    let refused = |error| refused(path, error);
    BufReader::new(&*file)
        .read_until(b'\n', &mut first)
        .map_err(refused)?;
    match first.split_last() {
        Some((b'\n', whole)) => drop(record(path, 1, whole)?),
        _ => check_torn(path, 1, &first)?,
    }
    last_line_end(file).map_err(refused)
}

/// Goes back block by block: records may be long, and so may be the file.
fn last_line_end(file: &mut File) -> io::Result<u64> {
    let mut end = file.seek(SeekFrom::End(0))?;
    let mut block = Vec::new();
    while end > 0 {
        let start = end.saturating_sub(BLOCK);
        file.seek(SeekFrom::Start(start))?;
        block.clear();
        (&*file).take(end - start).read_to_end(&mut block)?;
        if let Some(at) = block.iter().rposition(|byte| *byte == b'\n') {
            return Ok(start + at as u64 + 1);
        }
        end = start;
    }
    Ok(0)
}

/// What is left of a record begins as one. (After a failure of the power it may be zeros, as long as the record.)
fn check_torn(path: &Path, line: usize, text: &[u8]) -> Result<(), JournalError> {
    let length = text.len().min(BEGINNING.len());
    let is_torn = text[..length] == BEGINNING[..length] || text.iter().all(|byte| *byte == 0);
    match is_torn {
        true => Ok(()),
        false => Err(JournalError::Unreadable {
            path: path.to_owned(),
            line,
            problem: "it does not begin as one".to_owned(),
        }),
    }
}

fn record(path: &Path, line: usize, text: &[u8]) -> Result<Record, JournalError> {
    let unreadable = |error: serde_json::Error| JournalError::Unreadable {
        path: path.to_owned(),
        line,
        problem: without_position(&error),
    };
    let Format { format } = serde_json::from_slice(text).map_err(unreadable)?;
    if format != FORMAT {
        return Err(JournalError::UnknownFormat {
            path: path.to_owned(),
            line,
            found: format,
            known: FORMAT,
        });
    }
    serde_json::from_slice(text).map_err(unreadable)
}
