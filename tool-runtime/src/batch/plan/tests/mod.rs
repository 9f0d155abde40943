//! What a plan does is held against cases and against a slow oracle.

mod cases;
mod linear;
mod oracle;
mod rest;

use super::Class;
use crate::tool::{CallEffects, EffectKey};

/// A call as tests write it: `r:a/b w:c g:billing`, `exclusive`, `pure` or nothing; words about how it runs are
/// `never_skipped`, `any` (its tool may be exclusive), `late` (it is not prepared until the test says so), `held` (it
/// waits for a call of another batch) and `rejected`.
#[derive(Clone, Debug)]
struct Written {
    class: Option<Class>,
    effects: CallEffects,
    never_skipped: bool,
    late: bool,
    held: usize,
}

impl Written {
    fn of(text: &str) -> Self {
        let mut call = Self {
            class: Some(Class::Undeclared),
            effects: CallEffects::undeclared(),
            never_skipped: false,
            late: false,
            held: 0,
        };
        let mut any = false;
        for word in text.split_whitespace() {
            match word.split_once(':').unwrap_or((word, "")) {
                ("exclusive", _) => call.declare(Class::Any, CallEffects::exclusive()),
                ("pure", _) => call.declare(Class::Pure, CallEffects::pure()),
                ("r", at) => call.keyed(|effects| effects.and_reads([key(at)])),
                ("w", at) => call.keyed(|effects| effects.and_writes([key(at)])),
                ("g", name) => call.keyed(|effects| effects.in_group(name)),
                ("nothing", _) => call.keyed(|effects| effects.and_reads([])),
                ("never_skipped", _) => call.never_skipped = true,
                ("late", _) => call.late = true,
                ("held", _) => call.held += 1,
                ("rejected", _) => call.class = None,
                ("any", _) => any = true,
                _ => panic!("what is `{word}`?"),
            }
        }
        if any {
            call.class = Some(Class::Any);
        }
        call
    }

    fn declare(&mut self, class: Class, effects: CallEffects) {
        self.class = Some(class);
        self.effects = effects;
    }

    fn keyed(&mut self, more: impl Fn(CallEffects) -> CallEffects) {
        self.declare(Class::Keyed, more(self.effects.clone()));
    }
}

/// `d/a/b` is `a/b` below the domain `d`; `d` is all of it.
fn key(text: &str) -> EffectKey {
    let (domain, path) = text.split_once('/').unwrap_or((text, ""));
    EffectKey::new(domain).path(path)
}
