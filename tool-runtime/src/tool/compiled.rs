//! Effect templates made ready, so that what a call touches is known without reading them again.

use super::call_effects::{Access, CallEffects, Touch, Touches};
use super::effect_key::EffectKey;
use super::effects::DeclaredEffects;
use super::key::KeyText;
use super::template::{inside, split};

/// The effects that a tool declares, made once per tool.
#[derive(Clone, Debug)]
pub(crate) struct Compiled {
    /// What every call touches: each key up to its first hole.
    common: CallEffects,
    /// How each of those keys goes on, in their order; a group's does not.
    rests: Vec<Vec<Part>>,
    holes: Vec<String>,
}

#[derive(Clone, Debug)]
enum Part {
    Literal(String),
    /// The value of the hole with this index, as one segment.
    Segment(usize),
    /// The same, as a path.
    Path(usize),
}

impl Compiled {
    /// Of effects that were checked.
    pub(crate) fn new(effects: &DeclaredEffects) -> Self {
        Self::with_holes(effects, Vec::new())
    }

    /// Of effects that are written instead of these, with the same holes.
    pub(crate) fn instead_of(&self, effects: &DeclaredEffects) -> Self {
        Self::with_holes(effects, self.holes.clone())
    }

    fn with_holes(effects: &DeclaredEffects, holes: Vec<String>) -> Self {
        let mut compiled = Self {
            common: CallEffects(Touches::Undeclared),
            rests: Vec::new(),
            holes,
        };
        compiled.common.0 = match effects {
            DeclaredEffects::Undeclared => Touches::Undeclared,
            DeclaredEffects::Pure => Touches::Pure,
            DeclaredEffects::Exclusive => Touches::Exclusive,
            DeclaredEffects::Keys {
                reads,
                writes,
                group,
            } => {
                let reads = reads.iter().map(|template| (template, Access::Read));
                let writes = writes.iter().map(|template| (template, Access::Write));
                let keys = reads.chain(writes).map(|(template, access)| Touch {
                    key: compiled.add(template),
                    access,
                });
                let group = group.as_deref().map(|name| Touch {
                    key: EffectKey::group(name),
                    access: Access::Write,
                });
                Touches::Keys(keys.chain(group).collect())
            }
        };
        compiled
    }

    /// The key of `template` up to its first hole; what follows is added to the rests.
    fn add(&mut self, template: &str) -> EffectKey {
        let (domain, segments) = split(template);
        let mut key = EffectKey::below(domain);
        let mut rest = Vec::new();
        for segment in segments {
            match inside(segment) {
                Some(inside) => rest.push(match inside.strip_suffix('/') {
                    Some(name) => Part::Path(self.hole(name)),
                    None => Part::Segment(self.hole(inside)),
                }),
                None if rest.is_empty() => key.push(Some(segment)),
                None => rest.push(Part::Literal(segment.to_owned())),
            }
        }
        self.rests.push(rest);
        key
    }

    fn hole(&mut self, name: &str) -> usize {
        let known = self.holes.iter().position(|hole| hole == name);
        known.unwrap_or_else(|| {
            self.holes.push(name.to_owned());
            self.holes.len() - 1
        })
    }

    /// What stands in the holes, each once, in the order in which they first appear: reads first, then writes.
    pub(crate) fn holes(&self) -> &[String] {
        &self.holes
    }

    /// What a call with these values in its holes touches. A value that is not there is absent.
    pub(crate) fn resolve(&self, values: &[KeyText]) -> CallEffects {
        let value = |hole: usize| values.get(hole).and_then(KeyText::as_str);
        let mut effects = self.common.clone();
        if let Touches::Keys(touches) = &mut effects.0 {
            for (touch, rest) in touches.iter_mut().zip(&self.rests) {
                for part in rest {
                    match part {
                        Part::Literal(text) => touch.key.push(Some(text)),
                        Part::Segment(hole) => touch.key.push(value(*hole)),
                        Part::Path(hole) => touch.key.push_path(value(*hole)),
                    }
                }
            }
        }
        effects
    }
}

#[cfg(test)]
mod tests {
    use super::{Access, Compiled, DeclaredEffects, KeyText, Touches};

    /// The keys of a call with `values` in the holes, those it writes with a `!` before them.
    fn keys(effects: &DeclaredEffects, values: &[KeyText]) -> Vec<String> {
        let Touches::Keys(touches) = Compiled::new(effects).resolve(values).0 else {
            panic!("{effects:?} names keys")
        };
        let shown = touches.iter().map(|touch| match touch.access {
            Access::Read => touch.key.to_string(),
            Access::Write => format!("!{}", touch.key),
        });
        shown.collect()
    }

    #[track_caller]
    fn check(template: &str, values: &[&str], expected: &str) {
        let values: Vec<KeyText> = values.iter().map(|text| KeyText::of(*text)).collect();
        let effects = DeclaredEffects::reads([template]);
        assert_eq!(keys(&effects, &values), [expected]);
    }

    #[test]
    fn holes_are_filled_with_the_values() {
        check("customers", &[], "customers");
        check("customer:eu/{id}/orders", &["7"], "customer:eu/7/orders");
        check(
            "order:{order.account}/{id}",
            &["a/b", ".."],
            "order:a%2Fb/..",
        );
        check("fs:src/{path/}/lines", &["/a//./b/"], "fs:src/a/b/lines");
        check("fs:{path/}/{name}", &["", ""], "fs:");
        check("mail:{id}/{id/}/{id}", &["a/b"], "mail:a%2Fb/a/b/a%2Fb");
        check(
            "e\u{301}:e\u{301}/{id}",
            &["e\u{301}"],
            "\u{e9}:\u{e9}/\u{e9}",
        );
    }

    #[test]
    fn a_value_that_is_none_cuts_the_key_before_it() {
        check("customer:eu/{id}/orders", &[], "customer:eu");
        check("customer:{id}/{kind}", &["7"], "customer:7");
        check("customer:{id}/{kind}", &["\0", "giro"], "customer");
        check("fs:src/{path/}/lines", &["a/../../b"], "fs:src");
        let absent = [KeyText::of(&None::<u8>), KeyText::of("giro")];
        let effects = DeclaredEffects::reads(["customer:{id}/{kind}"]).and_writes(["kind:{kind}"]);
        assert_eq!(keys(&effects, &absent), ["customer", "!kind:giro"]);
    }

    #[test]
    fn holes_are_told_once_and_in_order() {
        let effects = DeclaredEffects::writes(["a:{w}/{r}", "b:{w/}"])
            .and_reads(["fs:{path/}", "order:{order.id}/{r}/{path}"])
            .in_group("billing");
        let compiled = Compiled::new(&effects);
        assert_eq!(compiled.holes(), ["path", "order.id", "r", "w"]);
        let values: Vec<KeyText> = (0..4).map(|number| KeyText::of(&number)).collect();
        assert_eq!(
            keys(&effects, &values),
            [
                "fs:0",
                "order:1/2/0",
                "!a:3/2",
                "!b:3",
                "!exclusive group `billing`"
            ]
        );
    }

    #[test]
    fn effects_without_keys_are_what_they_are() {
        for (effects, touches) in [
            (DeclaredEffects::Undeclared, Touches::Undeclared),
            (DeclaredEffects::Pure, Touches::Pure),
            (DeclaredEffects::Exclusive, Touches::Exclusive),
        ] {
            let compiled = Compiled::new(&effects);
            assert_eq!(compiled.resolve(&[]).0, touches);
            assert!(compiled.holes().is_empty());
        }
    }
}
