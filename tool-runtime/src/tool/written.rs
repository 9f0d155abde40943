//! A value as JSON, written no further than a result may be long: of what is longer both ends are kept, and what does not come
//! to an end is left.

use std::cell::Cell;
use std::io;

use serde::Serialize;

use super::content::{Answer, Content};
use crate::outgoing::{Ends, Length, MARGIN, shares, shown};

/// A value is written up to so many times the length of a result, so that its end can be shown; one that goes on may never end.
const PATIENCE: usize = 16;

thread_local! {
    /// How long the result of the call may be that is polled on this thread.
    static LIMIT: Cell<usize> = const { Cell::new(usize::MAX) };
}

/// While it is there, what is written on this thread is the result of a call.
pub(crate) struct Limited {
    before: usize,
}

/// Says how long the result may be of a call that is polled on this thread. Outside of calls there is no limit.
pub(crate) fn limited(most: usize) -> Limited {
    Limited {
        before: LIMIT.replace(most),
    }
}

impl Drop for Limited {
    fn drop(&mut self) {
        LIMIT.set(self.before);
    }
}

/// The value as JSON; or as a text that has both of its ends, if it is longer than a result may be.
pub(super) fn json(value: &(impl Serialize + ?Sized)) -> Result<Answer, serde_json::Error> {
    let mut writer = Writer::new(LIMIT.get());
    match serde_json::to_writer(&mut writer, value) {
        Err(error) if !writer.is_stopped() => Err(error),
        _ => Ok(writer.answer()),
    }
}

/// Keeps what it is given up to a length, and the end of what goes beyond it.
struct Writer {
    most: usize,
    /// How much more is kept as the beginning: a text that is longer is cut.
    room: usize,
    /// The beginning, or all of it.
    head: Vec<u8>,
    beyond: Option<Box<Beyond>>,
}

/// What did not fit.
#[derive(Default)]
struct Beyond {
    /// How many bytes there were.
    length: usize,
    /// The last of them: as many as are wanted, and up to as many before those.
    last: Vec<u8>,
    stopped: bool,
}

impl Writer {
    fn new(most: usize) -> Self {
        Self {
            most,
            room: most.saturating_add(MARGIN),
            head: Vec::with_capacity(128),
            beyond: None,
        }
    }

    fn is_stopped(&self) -> bool {
        self.beyond.as_ref().is_some_and(|beyond| beyond.stopped)
    }

    #[cold]
    fn write_beyond(&mut self, bytes: &[u8]) -> io::Result<()> {
        let (fits, bytes) = bytes.split_at(self.room.min(bytes.len()));
        self.room = 0;
        self.head.extend_from_slice(fits);
        let (most, length) = (self.most, self.head.len());
        let beyond = self.beyond.get_or_insert_default();
        beyond.length += bytes.len();
        if length + beyond.length > most.saturating_mul(PATIENCE) {
            beyond.stopped = true;
            return Err(io::Error::other("it is too long"));
        }
        beyond.keep(bytes, shares(most)[1] + MARGIN);
        Ok(())
    }

    /// What was written, if that ended by itself or by what stopped it.
    fn answer(mut self) -> Answer {
        let Some(beyond) = self.beyond.take() else {
            return Content::Json(text(self.head)).into();
        };
        let all = self.head.len() + beyond.length;
        let (tail, length) = match beyond.stopped {
            true => (Vec::new(), Length::MoreThan(all)),
            false => {
                let [head, tail] = shares(self.most).map(|share| share + MARGIN);
                let tail = beyond.end(&self.head, tail);
                self.head.truncate(head);
                (tail, Length::Bytes(all))
            }
        };
        let ends = Ends {
            head: text(self.head),
            tail: text(tail),
            length,
        };
        Answer::cut(shown(&ends, self.most), ends)
    }
}

impl Beyond {
    fn keep(&mut self, bytes: &[u8], wanted: usize) {
        let bytes = &bytes[bytes.len().saturating_sub(wanted)..];
        if self.last.len() + bytes.len() > 2 * wanted {
            let stale = self.last.len().saturating_sub(wanted - bytes.len());
            self.last.drain(..stale);
        }
        self.last.extend_from_slice(bytes);
    }

    /// The last bytes of all, of which some may be in what was kept before.
    fn end(&self, before: &[u8], wanted: usize) -> Vec<u8> {
        let missing = wanted.saturating_sub(self.last.len()).min(before.len());
        let from = self.last.len().saturating_sub(wanted);
        [&before[before.len() - missing..], &self.last[from..]].concat()
    }
}

/// What serde wrote is text; its ends may stand in the middle of a character.
fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| {
        let bytes = error.as_bytes();
        let is_inside = |byte: &&u8| **byte & 0xC0 == 0x80;
        let begin = bytes.iter().take_while(is_inside).count();
        let whole = bytes[begin..].utf8_chunks().next();
        whole.map_or_else(String::new, |chunk| chunk.valid().to_owned())
    })
}

impl io::Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes).map(|()| bytes.len())
    }

    #[inline]
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        if bytes.len() <= self.room {
            self.room -= bytes.len();
            self.head.extend_from_slice(bytes);
            return Ok(());
        }
        self.write_beyond(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(count: usize) -> Answer {
        json(&(0..count).collect::<Vec<_>>()).unwrap()
    }

    #[test]
    fn there_is_a_limit_while_a_call_is_polled_and_only_then() {
        let whole = numbers(10_000);
        assert!(matches!(whole.parts(), [Content::Json(json)] if json.len() == 48_891));
        {
            let _outer = limited(4096);
            {
                let _inner = limited(usize::MAX);
                assert_eq!(numbers(10_000), whole);
            }
            let cut = numbers(10_000);
            assert!(matches!(cut.parts(), [Content::Text(text)] if text.len() <= 4096));
            // What may leave whole is written whole, and more than that too: what leaves may be shorter.
            for count in [100, 2500] {
                assert!(matches!(numbers(count).parts(), [Content::Json(_)]));
            }
        }
        assert_eq!(numbers(10_000), whole);
    }

    #[test]
    fn what_is_kept_is_text_wherever_it_was_cut() {
        for length in 0..40 {
            let wide = ["é😀…".repeat(1500), "x".repeat(length)];
            let _limited = limited(1024);
            let answer = json(&wide).unwrap();
            let [Content::Text(text)] = answer.parts() else {
                panic!("{answer:?}")
            };
            assert!(
                text.starts_with("[\"é😀…") && text.ends_with("x\"]") == (length > 0),
                "{text}"
            );
        }
    }
}
