//! Ids of calls that come from elsewhere, as a provider takes them.
//!
//! A provider takes every id that it has given. It refuses some of another's, with a history that another's model began.

use std::borrow::Cow;

/// What a provider takes as the id of a call: letters and digits of ASCII, and what is said here.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ids {
    /// How many characters at most.
    most: usize,
    /// Whether there are just as many.
    is_exact: bool,
    /// What may stand in one beside letters and digits; everything where it is not said.
    others: Option<&'static str>,
}

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Enough that no two ids of a history become one, and fewer than any provider takes where it does not say how many.
const MADE: usize = 32;

impl Ids {
    /// No limit is known.
    pub(super) const ANY: Self = Self::up_to(usize::MAX);
    pub(super) const ANTHROPIC: Self = Self::of(usize::MAX, "_-");
    pub(super) const BEDROCK: Self = Self::of(64, "_.:-");
    pub(super) const OPENAI_CHAT: Self = Self::up_to(40);
    pub(super) const OPENAI_RESPONSES: Self = Self::up_to(64);
    pub(super) const MISTRAL: Self = Self {
        is_exact: true,
        ..Self::of(9, "")
    };

    const fn up_to(most: usize) -> Self {
        Self {
            most,
            is_exact: false,
            others: None,
        }
    }

    const fn of(most: usize, others: &'static str) -> Self {
        Self {
            others: Some(others),
            ..Self::up_to(most)
        }
    }

    fn takes(self, id: &str) -> bool {
        let count = id.chars().count();
        let is_known = |character: char| match self.others {
            Some(others) => character.is_ascii_alphanumeric() || others.contains(character),
            None => true,
        };
        count <= self.most && (count == self.most || !self.is_exact) && id.chars().all(is_known)
    }

    /// The id, or one that is made of it: of the same always the same. No id stays none.
    pub(super) fn taken(self, id: &str) -> Cow<'_, str> {
        if id.is_empty() || self.takes(id) {
            return Cow::Borrowed(id);
        }
        let hash = hmac_sha256::Hash::hash(id.as_bytes());
        let digits = hash.iter().map(|byte| DIGITS[usize::from(*byte) % 62]);
        let digits = digits.take(self.most.min(MADE)).map(char::from);
        Cow::Owned(digits.collect())
    }
}
