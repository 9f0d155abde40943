//! What no error may show: tokens, and the credentials of a URL.

/// Texts that are taken out of whatever is said.
#[derive(Clone, Default)]
pub(super) struct Secrets(Vec<String>);

/// Shorter ones would take other words apart, and hide nothing.
#[cfg(feature = "client-http")]
const SHORTEST: usize = 4;

impl Secrets {
    /// Only a URL has any.
    #[cfg(feature = "client-http")]
    pub(super) fn new(texts: impl IntoIterator<Item = String>) -> Self {
        let texts = texts.into_iter().filter(|text| text.len() >= SHORTEST);
        let mut texts: Vec<String> = texts.collect();
        // One that has another within goes first.
        texts.sort_by_key(|text| std::cmp::Reverse(text.len()));
        Self(texts)
    }

    /// `text` without them.
    pub(super) fn hidden(&self, text: String) -> String {
        let hide = |text: String, secret: &String| text.replace(secret, "[redacted]");
        self.0.iter().fold(text, hide)
    }
}
