//! What a call of a tool touches, as its author declares it.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

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

    /// Whether a call changes something, as far as that is said.
    pub(crate) fn changes(&self) -> Changes {
        match self {
            Self::Undeclared => Changes::Unsaid,
            _ if self.changes_nothing() => Changes::Nothing,
            _ => Changes::Something,
        }
    }

    /// Whether the tool says that no call of it changes anything.
    pub fn changes_nothing(&self) -> bool {
        match self {
            Self::Undeclared | Self::Exclusive => false,
            Self::Pure => true,
            Self::Keys { writes, group, .. } => writes.iter().next().is_none() && group.is_none(),
        }
    }
}

/// Whether a call changes something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Changes {
    /// Nobody says.
    Unsaid,
    Nothing,
    Something,
}

/// Effects as they are written in a policy: with the names of the options of `#[tool]`.
#[derive(Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
struct Written {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    reads: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    writes: Vec<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pure: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    exclusive: Option<Exclusive>,
}

#[derive(Deserialize, Serialize)]
#[serde(
    untagged,
    expecting = "`exclusive` takes `true` or the name of a group"
)]
enum Exclusive {
    Alone(bool),
    InGroup(String),
}

impl Serialize for DeclaredEffects {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut written = Written::default();
        match self {
            Self::Undeclared => {}
            Self::Pure => written.pure = true,
            Self::Exclusive => written.exclusive = Some(Exclusive::Alone(true)),
            Self::Keys {
                reads,
                writes,
                group,
            } => {
                written.reads = reads.iter().map(str::to_owned).collect();
                written.writes = writes.iter().map(str::to_owned).collect();
                written.exclusive = group
                    .as_deref()
                    .map(|group| Exclusive::InGroup(group.to_owned()));
            }
        }
        written.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for DeclaredEffects {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Written {
            reads,
            writes,
            pure,
            exclusive,
        } = Written::deserialize(deserializer)?;
        let keys = !reads.is_empty() || !writes.is_empty();
        let alone = match &exclusive {
            Some(Exclusive::Alone(alone)) => *alone,
            Some(Exclusive::InGroup(_)) | None => false,
        };
        match (pure, exclusive) {
            (true, Some(_)) => Err("`pure` and `exclusive` contradict each other; take one out"),
            (true, None) if keys => {
                Err("a pure tool touches nothing; take `pure` out, or the keys")
            }
            (true, None) => Ok(Self::Pure),
            (false, _) if alone && keys => {
                Err("an exclusive tool runs beside nothing; take its keys out, or name a group")
            }
            (false, _) if alone => Ok(Self::Exclusive),
            (false, Some(Exclusive::InGroup(group))) => {
                Ok(Self::reads(reads).and_writes(writes).in_group(group))
            }
            (false, _) if keys => Ok(Self::reads(reads).and_writes(writes)),
            (false, _) => Ok(Self::Undeclared),
        }
        .map_err(D::Error::custom)
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
