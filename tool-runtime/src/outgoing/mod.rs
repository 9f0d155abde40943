//! All that leaves for a model: cut to size, without credentials, in an envelope.
//!
//! The order is cut, take out, escape, cut to size. A text that is too long is first cut with a [margin](fit::MARGIN) on both sides of
//! what will be missing, so that it costs no more than the longest result does; credentials are taken out of what is left, those too
//! that the final cut would halve; then what is escaped becomes longer, and each piece gives way from its inner end, which never
//! stands in the middle of a character or of what was escaped. A text that needs nothing of all that is read once and not copied.
//!
//! What a tool returns as a value is cut while it is written (`tool/written.rs`), all else as it leaves. What has left is not worked
//! on again: calls that share a result share it as it left. `answer` deals with the parts of an answer, `fit` with one text; `scan` is
//! the pass over it for what `credentials`, `escape` and `frame` find.

mod answer;
mod credentials;
mod envelope;
mod escape;
mod fit;
mod frame;
mod redaction;
mod scan;

use std::panic::{AssertUnwindSafe, catch_unwind};

pub use envelope::Envelope;
use escape::Form;
use fit::Fitting;
pub(crate) use fit::{Ends, Length, MARGIN, shares};
use redaction::REDACTED;
pub use redaction::Redaction;

use crate::ToolError;
use crate::outcome::text::changed_call;
use crate::tool::{Answer, Content};

/// Room for what is said about a call round a tool's own text.
const SAID: usize = 1024;

/// How what is said about a call leaves.
pub(crate) struct Leaving<'a> {
    pub(crate) redaction: &'a Redaction,
    pub(crate) envelope: Envelope,
    /// How many bytes the texts of a result have at most.
    pub(crate) max_text: usize,
    /// How many its files have.
    pub(crate) max_media: usize,
    /// What the model calls the tool.
    pub(crate) tool: &'a str,
}

impl Leaving<'_> {
    /// What a tool answered, as it leaves. Panics where the program's part of that does.
    pub(crate) fn answer(&self, answer: Answer) -> Answer {
        self.all_of(answer)
    }

    /// The same of a call that was made with other arguments than the model's, which is said before it.
    pub(crate) fn answer_after(&self, edited: &str, answer: Answer) -> Answer {
        let (said, _) = self.text(&changed_call(self.tool, edited));
        let rest = Self {
            max_text: self.max_text.saturating_sub(said.len() + 1),
            ..*self
        };
        rest.answer(answer).after(Content::Text(said))
    }

    /// What the runtime says about a call, as it leaves, and whether it was cut; nothing of it if the program's part of that fails.
    pub(crate) fn text(&self, text: &str) -> (String, bool) {
        self.text_in(text, self.max_text)
    }

    /// An error whose text is too long, with one that leaves room for what is said about the call, so that no more is copied.
    pub(crate) fn shortened(&self, error: &ToolError) -> Option<ToolError> {
        let most = self.max_text - SAID.min(self.max_text / 2);
        let is_long = error.message().len() > most && !error.is_internal();
        is_long.then(|| error.with_message(self.text_in(error.message(), most).0))
    }

    fn text_in(&self, text: &str, most: usize) -> (String, bool) {
        let fitted = AssertUnwindSafe(|| {
            let (text, cut) = self.fitting(Form::Text).fit(text, most);
            (text.into_owned(), cut)
        });
        catch_unwind(fitted).unwrap_or_else(|_| (REDACTED.to_owned(), false))
    }

    fn fitting(&self, form: Form) -> Fitting<'_> {
        Fitting {
            redaction: self.redaction,
            form: self.envelope.form(form),
            limit: self.max_text,
        }
    }
}

/// What is said of a call without a batch, as it leaves.
pub(crate) fn said(text: &str) -> String {
    let redaction = Redaction::default();
    redaction.and_escape(text, Some(Form::Text)).into_owned()
}

/// Both ends of a text, as it is shown within the program.
pub(crate) fn shown(ends: &Ends, limit: usize) -> String {
    let fitting = Fitting {
        redaction: &Redaction::none(),
        form: None,
        limit,
    };
    fitting.fit_ends(ends, limit)
}
