//! What a call touches, held against what it declares.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use super::call_effects::{Access, CallEffects, Touch, Touches};
use super::context::CallContext;
use super::effect_key::EffectKey;
use super::key_template::{Template, template};
use crate::text::listed;

/// So many keys that are not declared are kept of one call.
const MAX_KEPT: usize = 32;

/// What one call has touched.
#[derive(Default)]
pub(crate) struct TouchLog {
    /// What its plan goes by. Not there outside of a batch.
    declared: OnceLock<CallEffects>,
    /// A bit for each declared key, by its place, that something was covered by.
    used: AtomicU32,
    undeclared: Mutex<Vec<Touch>>,
    /// Whether what is not declared is only written down.
    collects: AtomicBool,
}

impl TouchLog {
    /// The first declaration stands: an attempt that follows another has the keys of the first.
    pub(super) fn declare(&self, effects: CallEffects) {
        let _ = self.declared.set(effects);
    }

    /// What the call declares, once it is prepared.
    pub(crate) fn declared(&self) -> Option<&CallEffects> {
        self.declared.get()
    }

    /// Lets what is not declared be written down, and no call panic.
    pub(crate) fn collect(&self) {
        self.collects.store(true, Ordering::Relaxed);
    }

    /// What it has touched and not declared, each once.
    pub(crate) fn undeclared(&self) -> Vec<Touch> {
        let touches = self.undeclared.lock();
        touches.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A bit for each declared key that covered something, by its place.
    pub(crate) fn used(&self) -> u32 {
        self.used.load(Ordering::Relaxed)
    }

    /// Writes a touch down; false if nobody has declared it.
    fn add(&self, touch: &Touch) -> bool {
        let touches = match self.declared().map(|declared| &declared.0) {
            None | Some(Touches::Exclusive) => return true,
            Some(Touches::Undeclared | Touches::Pure) => &[],
            Some(Touches::Keys(touches)) => touches.as_slice(),
        };
        let mut covering = 0;
        for (place, declared) in touches.iter().enumerate() {
            if declared.covers(touch) {
                covering |= 1 << place;
            }
        }
        self.used.fetch_or(covering, Ordering::Relaxed);
        if covering != 0 {
            return true;
        }
        let kept = self.undeclared.lock();
        let mut kept = kept.unwrap_or_else(PoisonError::into_inner);
        if kept.len() < MAX_KEPT && !kept.contains(touch) {
            kept.push(touch.clone());
        }
        false
    }
}

impl Touch {
    /// Whether a call that does this and one that does that are kept in order.
    pub(crate) fn conflicts(&self, other: &Self) -> bool {
        let writes = self.access == Access::Write || other.access == Access::Write;
        writes && self.key.overlaps(&other.key)
    }

    /// Whether a call that declares this may do that.
    fn covers(&self, touch: &Self) -> bool {
        let access = self.access == Access::Write || touch.access == Access::Read;
        access && self.key.covers(&touch.key)
    }
}

impl CallContext {
    #[track_caller]
    pub(super) fn report_touch(&self, access: Access, key: &dyn fmt::Display) {
        let key = match EffectKey::parse(&key.to_string()) {
            Ok(key) => key,
            Err(problem) => panic!("{problem}"),
        };
        let log = self.touches();
        let touch = Touch { key, access };
        if log.add(&touch) || log.collects.load(Ordering::Relaxed) {
            return;
        }
        let declared = log.declared().cloned();
        let undeclared = UndeclaredTouch {
            tool: self.call().name(),
            index: self.index(),
            declared: &declared.unwrap_or_else(CallEffects::undeclared),
            touch: &touch,
        };
        let line = Template::line(access, &template(&touch.key, self.arguments(), &[]));
        panic!("{undeclared}. Declare it:\n    {line}");
    }
}

/// A call touches what it does not declare, in words.
pub(crate) struct UndeclaredTouch<'a> {
    pub(crate) tool: &'a str,
    pub(crate) index: usize,
    pub(crate) declared: &'a CallEffects,
    pub(crate) touch: &'a Touch,
}

impl fmt::Display for UndeclaredTouch<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` (call {}) {} `{}`, and {}",
            self.tool,
            self.index + 1,
            self.touch.access,
            self.touch.key,
            Says(self.declared)
        )
    }
}

/// What a call declares, in words.
pub(crate) struct Says<'a>(pub(crate) &'a CallEffects);

impl fmt::Display for Says<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let touches = match &self.0.0 {
            Touches::Undeclared => return f.write_str("declares nothing"),
            Touches::Pure => return f.write_str("says that it is `pure`"),
            Touches::Exclusive => return f.write_str("is exclusive"),
            Touches::Keys(touches) if touches.is_empty() => return f.write_str("names no key"),
            Touches::Keys(touches) => touches,
        };
        let of = |access| {
            let keys = touches.iter().filter(move |touch| touch.access == access);
            let keys = keys.filter(|touch| !touch.key.is_group());
            keys.map(|touch| touch.key.to_string()).collect()
        };
        let (reads, writes): (Vec<_>, Vec<_>) = (of(Access::Read), of(Access::Write));
        let mut said = Vec::new();
        for (does, keys) in [(Access::Read, reads), (Access::Write, writes)] {
            if !keys.is_empty() {
                said.push(format!(
                    "{does} {}",
                    listed(keys.iter().map(String::as_str))
                ));
            }
        }
        let keys = match said.is_empty() {
            true => None,
            false => Some(format!("declares that it {}", said.join(" and "))),
        };
        let groups = touches.iter().filter(|touch| touch.key.is_group());
        let groups = groups.map(|touch| format!("is in the {}", touch.key));
        let said: Vec<_> = keys.into_iter().chain(groups).collect();
        f.write_str(&said.join(", and "))
    }
}

impl fmt::Display for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Read => "reads",
            Self::Write => "writes",
        })
    }
}
