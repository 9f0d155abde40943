//! What a call of a tool touches, as its author declares it.

use std::borrow::Cow;
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
/// assert!(!DeclaredEffects::reads(["rates"]).in_group("billing").changes_nothing());
/// ```
///
/// What a template does not say, a closure can:
/// [`RuntimeTool::with_effects_by`](super::RuntimeTool::with_effects_by).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DeclaredEffects {
    /// Nothing was said.
    Undeclared,
    /// A call touches nothing but its arguments.
    Pure,
    /// A call may touch anything: no other runs beside it, unless that is pure.
    Exclusive,
    /// A call reads and writes these keys and nothing else.
    Keys {
        /// The keys it reads.
        reads: KeyTemplates,
        /// The keys it writes.
        writes: KeyTemplates,
        /// The group of which at most one call runs at a time, which changes something that no key names.
        group: Option<Cow<'static, str>>,
    },
}

impl DeclaredEffects {
    /// A call reads these keys and writes nothing.
    pub fn reads(templates: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self::NOTHING.and_reads(templates)
    }

    /// A call writes these keys. What it writes it may read.
    pub fn writes(templates: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self::NOTHING.and_writes(templates)
    }

    /// The same, and a call reads these keys. One that is exclusive stays so.
    #[must_use]
    pub fn and_reads(self, templates: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.with_keys(|reads, _, _| *reads = reads.and(templates))
    }

    /// The same, and a call writes these keys. One that is exclusive stays so.
    #[must_use]
    pub fn and_writes(self, templates: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.with_keys(|_, writes, _| *writes = writes.and(templates))
    }

    /// The same, and at most one call of this group runs at a time. One that is exclusive stays so.
    ///
    /// A name has one character at least and no control characters.
    #[must_use]
    pub fn in_group(self, name: impl Into<String>) -> Self {
        self.with_keys(|_, _, group| *group = Some(Cow::Owned(name.into())))
    }

    fn with_keys(
        self,
        change: impl FnOnce(&mut KeyTemplates, &mut KeyTemplates, &mut Option<Cow<'static, str>>),
    ) -> Self {
        let mut effects = match self {
            Self::Undeclared | Self::Pure => Self::NOTHING,
            Self::Exclusive | Self::Keys { .. } => self,
        };
        if let Self::Keys {
            reads,
            writes,
            group,
        } = &mut effects
        {
            change(reads, writes, group);
        }
        effects
    }

    /// No keys, to which some are added.
    const NOTHING: Self = Self::Keys {
        reads: KeyTemplates::fixed(&[]),
        writes: KeyTemplates::fixed(&[]),
        group: None,
    };

    /// Whether the tool says that no call of it changes anything.
    pub fn changes_nothing(&self) -> bool {
        match self {
            Self::Undeclared | Self::Exclusive => false,
            Self::Pure => true,
            Self::Keys { writes, group, .. } => writes.iter().next().is_none() && group.is_none(),
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

    /// These, and the ones in `templates`.
    fn and(&self, templates: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let added = templates.into_iter().map(Into::into);
        self.iter().map(str::to_owned).chain(added).collect()
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
