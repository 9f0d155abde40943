//! What leaves the program without what nobody outside is to see: credentials, by their shapes.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use super::escape::Form;
use super::scan::scan;

/// What stands for what was taken out.
pub(super) const REDACTED: &str = "[redacted]";

/// What is taken out of every text for the model, results and errors alike, before it leaves.
///
/// By default that is what has the shape of a credential, wherever it stands:
///
/// | taken out | as in |
/// |---|---|
/// | user and password of a URL | `postgres://[redacted]@db/shop` |
/// | the token of an `Authorization` header | `Bearer [redacted]`, `Basic [redacted]` |
/// | keys of OpenAI, Anthropic, Stripe, AWS, Google, GitHub, GitLab, Slack, npm, Hugging Face | `sk-…`, `AKIA…`, `ghp_…`, `xoxb-…` |
/// | JSON Web Tokens | `eyJ….eyJ….…` |
/// | private keys | from `-----BEGIN … PRIVATE KEY-----` to its end |
///
/// They are found in one pass, with what is escaped ([`Envelope`](crate::Envelope), which says what that costs). A password without such a
/// shape is known to nobody: keep it out of `Display` texts, or say what it looks like by
/// [`and`](Self::and).
///
/// ```
/// use tool_runtime::Redaction;
///
/// let redaction = Redaction::default().and(|text| text.replace("hunter2", "[redacted]"));
/// assert_eq!(
///     redaction.apply("postgres://ada:secret@db/shop said hunter2"),
///     "postgres://[redacted]@db/shop said [redacted]"
/// );
/// ```
#[derive(Clone)]
pub struct Redaction {
    by_shape: bool,
    others: Vec<Replace>,
}

/// What a program makes of a text.
type Replace = Arc<dyn Fn(&str) -> String + Send + Sync>;

impl Default for Redaction {
    fn default() -> Self {
        Self {
            by_shape: true,
            others: Vec::new(),
        }
    }
}

impl Redaction {
    /// Nothing is taken out.
    pub fn none() -> Self {
        Self {
            by_shape: false,
            others: Vec::new(),
        }
    }

    /// The same, and what `replace` makes of a text, after what is said here before.
    ///
    /// It is asked for every text of a result; for one that is too long to leave as it is, only for both of its ends, with 8 KiB more than
    /// what is shown of each. What it takes out should be no longer than that.
    #[must_use]
    pub fn and(mut self, replace: impl Fn(&str) -> String + Send + Sync + 'static) -> Self {
        self.others.push(Arc::new(replace));
        self
    }

    /// The text without what is taken out; itself, if that is nothing.
    pub fn apply<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let mut redacted = match self.by_shape {
            true => scan(text, true, None),
            false => Cow::Borrowed(text),
        };
        for replace in &self.others {
            redacted = Cow::Owned(replace(&redacted));
        }
        redacted
    }

    /// Whether there is nothing to take out and nothing to escape, if that can be said without the program.
    pub(super) fn is_clean(&self, text: &str, form: Option<Form>) -> bool {
        let others = !self.others.is_empty();
        !others && matches!(scan(text, self.by_shape, form), Cow::Borrowed(_))
    }

    /// The same, and with what is escaped in this form; in one pass, unless the program has a part in it.
    pub(super) fn and_escape<'a>(&self, text: &'a str, form: Option<Form>) -> Cow<'a, str> {
        if self.others.is_empty() {
            return scan(text, self.by_shape, form);
        }
        match self.apply(text) {
            Cow::Borrowed(text) => scan(text, false, form),
            Cow::Owned(text) => Cow::Owned(match scan(&text, false, form) {
                Cow::Owned(escaped) => escaped,
                Cow::Borrowed(_) => text,
            }),
        }
    }
}

impl fmt::Debug for Redaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redaction")
            .field("by_shape", &self.by_shape)
            .field("others", &self.others.len())
            .finish()
    }
}
