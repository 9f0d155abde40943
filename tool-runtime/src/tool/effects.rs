//! What a call of a tool touches, as its author declares it.

use std::fmt;
use std::sync::Arc;

/// What a tool says a call of it touches, as key templates such as `customer:{customer_id}`.
///
/// `#[tool]` makes this of its options; for a definition made at run time, write it:
///
/// ```
/// use tool_runtime::tool::DeclaredEffects;
///
/// let effects = DeclaredEffects::reads(["rates"]).and_writes(["account:{account}"]);
/// assert!(!effects.changes_nothing());
/// assert!(DeclaredEffects::Pure.changes_nothing());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DeclaredEffects {
    /// Nothing was said.
    Undeclared,
    /// A call touches nothing but its arguments.
    Pure,
    /// A call reads and writes these keys and nothing else.
    Keys {
        /// The keys it reads.
        reads: KeyTemplates,
        /// The keys it writes.
        writes: KeyTemplates,
    },
}

impl DeclaredEffects {
    /// A call reads these keys and writes nothing.
    pub fn reads(templates: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self::Keys {
            reads: templates.into_iter().collect(),
            writes: KeyTemplates::fixed(&[]),
        }
    }

    /// A call writes these keys. What it writes it may read.
    pub fn writes(templates: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self::reads([] as [String; 0]).and_writes(templates)
    }

    /// The keys it reads as they are, and these instead of those it writes.
    #[must_use]
    pub fn and_writes(self, templates: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let reads = match self {
            Self::Keys { reads, .. } => reads,
            Self::Undeclared | Self::Pure => KeyTemplates::fixed(&[]),
        };
        let writes = templates.into_iter().collect();
        Self::Keys { reads, writes }
    }

    /// Whether the tool says that no call of it changes anything.
    pub fn changes_nothing(&self) -> bool {
        match self {
            Self::Undeclared => false,
            Self::Pure => true,
            Self::Keys { writes, .. } => writes.iter().next().is_none(),
        }
    }
}

/// Key templates in the order they were written. A clone is the same list, without an allocation.
///
/// ```
/// use tool_runtime::tool::KeyTemplates;
///
/// let templates: KeyTemplates = ["rates", "account:{account}"].into_iter().collect();
/// assert_eq!(templates.iter().last(), Some("account:{account}"));
/// ```
#[derive(Clone)]
pub struct KeyTemplates(Templates);

#[derive(Clone)]
enum Templates {
    /// The macro has checked these.
    Fixed(&'static [&'static str]),
    Made(Arc<[String]>),
}

impl KeyTemplates {
    #[doc(hidden)]
    pub const fn fixed(templates: &'static [&'static str]) -> Self {
        Self(Templates::Fixed(templates))
    }

    /// The templates, as they were written.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        let (fixed, made) = match &self.0 {
            Templates::Fixed(fixed) => (*fixed, [].as_slice()),
            Templates::Made(made) => ([].as_slice(), &made[..]),
        };
        fixed.iter().copied().chain(made.iter().map(String::as_str))
    }

    /// Those that no macro has checked.
    pub(super) fn unchecked(&self) -> impl Iterator<Item = &str> {
        let made = match &self.0 {
            Templates::Fixed(_) => [].as_slice(),
            Templates::Made(made) => &made[..],
        };
        made.iter().map(String::as_str)
    }
}

impl<T: Into<String>> FromIterator<T> for KeyTemplates {
    fn from_iter<I: IntoIterator<Item = T>>(templates: I) -> Self {
        let templates = templates.into_iter().map(Into::into);
        Self(Templates::Made(templates.collect()))
    }
}

impl PartialEq for KeyTemplates {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for KeyTemplates {}

impl fmt::Debug for KeyTemplates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}
