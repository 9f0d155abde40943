//! What one call touches: the keys it reads and writes.

/// A key: a domain and what is below it, segment by segment. It covers every key that it is a prefix of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EffectKey {
    /// Each segment with a NUL after it, which none of them holds: a key is a prefix of another if its text is.
    text: String,
}

impl EffectKey {
    pub(crate) fn segments(&self) -> impl Iterator<Item = &str> {
        self.text.split_terminator('\0')
    }

    /// Whether one of the two covers the other.
    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        self.text.starts_with(&other.text) || other.text.starts_with(&self.text)
    }
}

/// What one call touches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallEffects(pub(crate) Touches);

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Touches {
    /// Nothing was said: it may run beside any call that is not exclusive.
    Undeclared,
    /// Nothing but its arguments.
    Pure,
    /// Everything: no call but a pure one runs beside it.
    Exclusive,
    /// These keys.
    Keys(Vec<Touch>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Touch {
    pub(crate) key: EffectKey,
    pub(crate) access: Access,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    Read,
    Write,
}
