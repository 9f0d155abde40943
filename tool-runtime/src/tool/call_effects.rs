//! What one call touches: the keys it reads and writes.

use super::effect_key::EffectKey;
use super::effects::Changes;

/// The most keys a call may name, its groups among them.
const MAX_KEYS: usize = 32;

/// What one call touches, computed from its arguments by the closure of
/// [`RuntimeTool::with_effects_by`](super::RuntimeTool::with_effects_by). [`DeclaredEffects`](super::DeclaredEffects)
/// says the same of all calls of a tool.
///
/// ```
/// use tool_runtime::tool::{CallEffects, EffectKey};
///
/// let (from, to) = (7, 8);
/// let account = |number: &u64| EffectKey::new("account").segment(number);
/// let effects = CallEffects::reads([EffectKey::new("rates")])
///     .and_writes([account(&from), account(&to)])
///     .in_group("billing");
/// assert_ne!(effects, CallEffects::exclusive());
/// ```
///
/// At most 32 keys are kept apart, groups among them: a call that names more is [`exclusive`](Self::exclusive).
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

/// What is done with what a key stands for: see [`CallContext::touched`](crate::CallContext::touched).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// It is read.
    Read,
    /// It is written, and perhaps read.
    Write,
}

impl CallEffects {
    /// Whether the call changes something, as far as that is said.
    pub(crate) fn changes(&self) -> Changes {
        match &self.0 {
            Touches::Undeclared => Changes::Unsaid,
            Touches::Pure => Changes::Nothing,
            Touches::Exclusive => Changes::Something,
            Touches::Keys(touches) => {
                match touches.iter().any(|touch| touch.access == Access::Write) {
                    true => Changes::Something,
                    false => Changes::Nothing,
                }
            }
        }
    }

    /// Nothing is said: the call may run beside any other that is not exclusive.
    pub fn undeclared() -> Self {
        Self(Touches::Undeclared)
    }

    /// The call touches nothing but its arguments.
    pub fn pure() -> Self {
        Self(Touches::Pure)
    }

    /// The call may touch anything: no other runs beside it, unless that is pure.
    pub fn exclusive() -> Self {
        Self(Touches::Exclusive)
    }

    /// The call reads these keys and writes nothing.
    pub fn reads(keys: impl IntoIterator<Item = EffectKey>) -> Self {
        Self(Touches::Keys(Vec::new())).and_reads(keys)
    }

    /// The call writes these keys. What it writes it may read.
    pub fn writes(keys: impl IntoIterator<Item = EffectKey>) -> Self {
        Self(Touches::Keys(Vec::new())).and_writes(keys)
    }

    /// The same, and it reads these keys. One that is exclusive stays so.
    #[must_use]
    pub fn and_reads(self, keys: impl IntoIterator<Item = EffectKey>) -> Self {
        self.and(Access::Read, keys)
    }

    /// The same, and it writes these keys. One that is exclusive stays so.
    #[must_use]
    pub fn and_writes(self, keys: impl IntoIterator<Item = EffectKey>) -> Self {
        self.and(Access::Write, keys)
    }

    /// The same, and it runs beside no other call of this group. One that is exclusive stays so.
    #[must_use]
    pub fn in_group(self, name: &str) -> Self {
        self.and(Access::Write, [EffectKey::group(name)])
    }

    /// What two calls touch together, as one call that conflicts with whatever one of the two conflicts with. `own` is the name of a group
    /// that no other call is in: what nothing is said of may change something, which the keys of the other do not say.
    pub(crate) fn and_those_of(self, other: Self, own: &str) -> Self {
        match (self.0, other.0) {
            (Touches::Exclusive, _) | (_, Touches::Exclusive) => Self::exclusive(),
            (Touches::Pure, one) | (one, Touches::Pure) => Self(one),
            (Touches::Undeclared, Touches::Undeclared) => Self::undeclared(),
            (Touches::Undeclared, keys) | (keys @ Touches::Keys(_), Touches::Undeclared) => {
                Self(Touches::Keys(Vec::new()))
                    .in_group(own)
                    .and_those_of(Self(keys), own)
            }
            (Touches::Keys(touches), Touches::Keys(others)) => {
                let is_new = |touch: &Touch| !touches.contains(touch);
                let others: Vec<Touch> = others.into_iter().filter(is_new).collect();
                match touches.len() + others.len() > MAX_KEYS {
                    true => Self::exclusive(),
                    false => Self(Touches::Keys([touches, others].concat())),
                }
            }
        }
    }

    fn and(self, access: Access, keys: impl IntoIterator<Item = EffectKey>) -> Self {
        let mut touches = match self.0 {
            Touches::Undeclared | Touches::Pure => Vec::new(),
            Touches::Exclusive => return self,
            Touches::Keys(touches) => touches,
        };
        for key in keys {
            if touches.len() == MAX_KEYS {
                return Self::exclusive();
            }
            touches.push(Touch { key, access });
        }
        Self(Touches::Keys(touches))
    }
}
