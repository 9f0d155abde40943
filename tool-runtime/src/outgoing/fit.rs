//! One text, cut to size: its beginning and its end, and in between what is missing.

use std::borrow::Cow;

use super::escape::Form;
use super::redaction::Redaction;
use super::scan::{ceil, floor, prefix, suffix};

/// How much more than what is to stay is looked at on each side of a cut: a credential that the cut would halve is whole in that.
/// None is longer, but a key of RSA with more than 8,192 bits.
pub(crate) const MARGIN: usize = 8 * 1024;

/// How long a whole text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Length {
    Bytes(usize),
    /// Nobody knows: it was not read to its end.
    MoreThan(usize),
}

/// A text of which only both ends are there, [`MARGIN`] more of each than is to stay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ends {
    pub(crate) head: String,
    pub(crate) tail: String,
    pub(crate) length: Length,
}

/// How a text is to leave.
#[derive(Clone, Copy)]
pub(super) struct Fitting<'a> {
    pub(super) redaction: &'a Redaction,
    pub(super) form: Option<Form>,
    /// How long a result may be, for those who read that it was longer.
    pub(super) limit: usize,
}

impl Fitting<'_> {
    /// Whether the text leaves as it is, if it is not too long and the program has no part in that.
    pub(super) fn is_clean(&self, text: &str) -> bool {
        self.redaction.is_clean(text, self.form)
    }

    /// The text as it leaves, in at most so many bytes; and whether it was cut.
    pub(super) fn fit<'t>(&self, text: &'t str, most: usize) -> (Cow<'t, str>, bool) {
        let length = Length::Bytes(text.len());
        if text.len() > most.saturating_add(2 * MARGIN) {
            let [head, tail] = shares(most).map(|share| share + MARGIN);
            let head = &text[..floor(text, head)];
            let tail = &text[ceil(text, text.len() - tail)..];
            return (self.join_ends(head, tail, length, most).into(), true);
        }
        let whole = self.redaction.and_escape(text, self.form);
        if whole.len() <= most {
            return (whole, false);
        }
        let redacted = self.redaction.apply(text);
        (self.join(&redacted, &redacted, length, most).into(), true)
    }

    /// A text of which only the ends are there, in at most so many bytes.
    pub(super) fn fit_ends(&self, ends: &Ends, most: usize) -> String {
        self.join_ends(&ends.head, &ends.tail, ends.length, most)
    }

    /// What a credential may have that the end of a piece cuts is not shown, whatever becomes shorter before it.
    fn join_ends(&self, head: &str, tail: &str, length: Length, most: usize) -> String {
        let head = self.redaction.apply(head);
        let tail = self.redaction.apply(tail);
        let head = &head[..floor(&head, head.len().saturating_sub(MARGIN))];
        let tail = &tail[ceil(&tail, MARGIN.min(tail.len()))..];
        self.join(head, tail, length, most)
    }

    /// As much of both ends as there is room for.
    fn join(&self, head: &str, tail: &str, length: Length, most: usize) -> String {
        let (Length::Bytes(all) | Length::MoreThan(all)) = length;
        let longest = self.marker(all, length);
        let room = most.saturating_sub(longest.len() + 2);
        let [for_head, for_tail] = match tail.is_empty() {
            true => [room, 0],
            false => shares(room),
        };
        let head = prefix(head, self.form, for_head);
        let tail = suffix(tail, self.form, for_tail);
        let marker = self.marker(all.saturating_sub(head.len() + tail.len()), length);
        let mut out = head;
        if !out.is_empty() && !out.ends_with('\n') {
            out.push('\n');
        }
        out.push_str(&marker);
        if !tail.is_empty() {
            out.push('\n');
            out.push_str(&tail);
        }
        out
    }

    /// What stands for what is missing.
    fn marker(&self, missing: usize, length: Length) -> String {
        let missing = grouped(missing);
        let missing = match length {
            Length::Bytes(all) => format!("{missing} of {} bytes", grouped(all)),
            Length::MoreThan(_) => format!("more than {missing} bytes"),
        };
        format!(
            "[… {missing} were left out here by the tool runtime, since a result has at most {}; ask for less at a time …]",
            grouped(self.limit)
        )
    }
}

/// What of so many bytes is for the beginning, and what for the end.
pub(crate) fn shares(bytes: usize) -> [usize; 2] {
    [bytes - bytes / 4, bytes / 4]
}

/// `1,234,567`
pub(super) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
