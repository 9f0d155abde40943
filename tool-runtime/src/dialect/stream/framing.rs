//! Bytes as they arrive, cut anywhere, into whole events.

use crate::dialect::response::is_complete;

/// How a provider frames the events of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::dialect) enum Framing {
    /// Server-sent events.
    Events,
    /// A value of JSON on each line.
    Lines,
}

/// What has arrived and is no whole event yet.
#[derive(Debug)]
pub(super) struct Frames {
    framing: Framing,
    /// The beginning of a line.
    line: Vec<u8>,
    /// Whether the last line has ended with a carriage return, of which a line feed may be the other half.
    is_after_return: bool,
    /// The data of an event whose end has not come.
    data: Option<String>,
    /// Lines that are none of an event, and all lines where each is one: the whole of a response that is no stream.
    unread: String,
    keeps: bool,
}

/// The fields of an event.
const FIELDS: [&str; 4] = ["data", "event", "id", "retry"];

/// Far beyond what a response without a stream has.
const MAX_UNREAD: usize = 16 * 1024 * 1024;

impl Frames {
    pub(super) fn new(framing: Framing) -> Self {
        Self {
            framing,
            line: Vec::new(),
            is_after_return: false,
            data: None,
            unread: String::new(),
            keeps: true,
        }
    }

    /// Takes bytes; calls `event` with the data of each event that they complete.
    pub(super) fn push(&mut self, bytes: &[u8], mut event: impl FnMut(&str)) {
        let has_returns = self.framing == Framing::Events;
        let ends = |byte: &u8| *byte == b'\n' || *byte == b'\r' && has_returns;
        let mut rest = bytes;
        while let Some(end) = rest.iter().position(ends) {
            self.line.extend_from_slice(&rest[..end]);
            let is_return = rest[end] == b'\r';
            rest = &rest[end + 1..];
            let is_other_half = self.is_after_return && !is_return && self.line.is_empty();
            self.is_after_return = is_return;
            let line = std::mem::take(&mut self.line);
            if !is_other_half {
                self.line(&line, &mut event);
            }
        }
        self.line.extend_from_slice(rest);
    }

    /// Takes the end: a last line, and a last event, may lack theirs. What is no whole value then is what the end has cut.
    pub(super) fn end(&mut self, mut event: impl FnMut(&str)) {
        let line = std::mem::take(&mut self.line);
        let mut last = None;
        let is_cut_field = self.framing == Framing::Events
            && FIELDS
                .iter()
                .any(|field| field.as_bytes().starts_with(&line));
        if !is_cut_field {
            self.line(&line, &mut |data| last = Some(data.to_owned()));
        }
        if let Some(data) = last.or_else(|| self.data.take())
            && (is_complete(&data) || data == super::DONE)
        {
            event(&data);
        }
    }

    /// What has come is a stream: what was no event is of no use.
    pub(super) fn is_stream(&mut self) {
        self.unread = String::new();
        self.keeps = false;
    }

    /// What was no event.
    pub(super) fn unread(&self) -> &str {
        self.unread.trim()
    }

    fn line(&mut self, line: &[u8], event: &mut impl FnMut(&str)) {
        let line = String::from_utf8_lossy(line);
        let line = line.strip_suffix('\r').unwrap_or(&line);
        match self.framing {
            Framing::Lines if line.trim().is_empty() => {}
            Framing::Lines => {
                self.keep(line);
                event(line);
            }
            Framing::Events => self.field(line, event),
        }
    }

    /// One line of an event; an empty one ends it. <https://html.spec.whatwg.org/multipage/server-sent-events.html>
    fn field(&mut self, line: &str, event: &mut impl FnMut(&str)) {
        let line = line.strip_prefix('\u{feff}').unwrap_or(line);
        if line.is_empty() {
            if let Some(data) = self.data.take() {
                event(&data);
            }
            return;
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "data" => {
                let data = self.data.get_or_insert_default();
                if !data.is_empty() {
                    data.push('\n');
                }
                data.push_str(value);
            }
            // What kind of event it is, its data says too.
            "event" | "id" | "retry" | "" => {}
            _ => self.keep(line),
        }
    }

    fn keep(&mut self, line: &str) {
        if self.keeps && self.unread.len() + line.len() < MAX_UNREAD {
            self.unread.push_str(line);
            self.unread.push('\n');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Frames, Framing};

    /// The events of `text`, cut at every byte, in one piece, and in pieces of one byte.
    #[track_caller]
    fn check(framing: Framing, text: &str, expected: &[&str]) {
        let read = |pieces: &[&[u8]]| {
            let mut frames = Frames::new(framing);
            let mut events = Vec::new();
            for piece in pieces {
                frames.push(piece, |event| events.push(event.to_owned()));
            }
            frames.end(|event| events.push(event.to_owned()));
            events
        };
        let bytes = text.as_bytes();
        for cut in 0..=bytes.len() {
            assert_eq!(read(&[&bytes[..cut], &bytes[cut..]]), expected, "{cut}");
        }
        let single: Vec<&[u8]> = bytes.chunks(1).collect();
        assert_eq!(read(&single), expected);
    }

    #[test]
    fn an_event_ends_with_an_empty_line_or_the_stream() {
        let events = Framing::Events;
        check(
            events,
            "data: {\"a\": \"é😀\"}\n\ndata: [DONE]\n\n",
            &["{\"a\": \"é😀\"}", "[DONE]"],
        );
        check(
            events,
            "event: ping\r\nid: 1\r\nretry: 2\r\ndata:1\r\n\r\n: a comment\r\n\r\ndata:  2\r\n\r\n",
            &["1", " 2"],
        );
        check(
            events,
            "\u{feff}data: {\ndata: }\n\ndata: [DONE]",
            &["{\n}", "[DONE]"],
        );
        check(events, "event: ping\n\n\n\n", &[]);
        check(
            events,
            "data: 1\r\rdata: 2\r\n\ndata: 3\n\r\n",
            &["1", "2", "3"],
        );
        // Cut by the end.
        check(events, "data: 1\n\ndata: {\"a\": ", &["1"]);
        check(Framing::Lines, "1\n{\"a\": ", &["1"]);
        check(
            Framing::Lines,
            "{\"a\": 1}\n\r\n{\"a\": \"é\"}\r\n[]",
            &["{\"a\": 1}", "{\"a\": \"é\"}", "[]"],
        );
    }

    #[test]
    fn what_is_no_event_is_kept() {
        let mut frames = Frames::new(Framing::Events);
        frames.push(b"{\"error\":\n {\"message\": \"no\"}}\n", |event| {
            panic!("{event}")
        });
        frames.end(|event| panic!("{event}"));
        assert_eq!(frames.unread(), "{\"error\":\n {\"message\": \"no\"}}");
        let mut frames = Frames::new(Framing::Lines);
        frames.push(b"{\n}\n", |_| {});
        assert_eq!(frames.unread(), "{\n}");
        frames.is_stream();
        frames.push(b"{}\n", |_| {});
        assert_eq!(frames.unread(), "");
    }
}
