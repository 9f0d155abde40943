//! What calls touch, as far as their arguments say it without their tools.

use serde_json::Value;

use crate::ToolCall;
use crate::tool::{Access, Compiled, DeclaredEffects, EffectKey, KeyText, Touch, Touches};

/// What is known of a tool.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Declared<'a> {
    pub(crate) effects: &'a DeclaredEffects,
    /// Whether each call says for itself what it touches.
    pub(crate) per_call: bool,
    pub(crate) is_destructive: bool,
}

/// What is known of a call.
#[derive(Clone, Debug)]
pub(super) enum Known {
    UnknownTool,
    Unsaid,
    Alone,
    Pure,
    Keys(Vec<Touch>),
}

impl Known {
    pub(super) fn of(call: &ToolCall, declared: Option<Declared<'_>>) -> Self {
        let Some(declared) = declared else {
            return Self::UnknownTool;
        };
        if declared.is_destructive {
            return Self::Alone;
        }
        if declared.per_call {
            return Self::Unsaid;
        }
        let compiled = Compiled::new(declared.effects);
        let arguments = serde_json::from_str(call.arguments()).unwrap_or_default();
        let holes = compiled.holes().iter();
        let values: Vec<KeyText> = holes.map(|hole| value(&arguments, hole)).collect();
        match compiled.resolve(&values).0 {
            Touches::Undeclared => Self::Unsaid,
            Touches::Pure => Self::Pure,
            Touches::Exclusive => Self::Alone,
            Touches::Keys(touches) => Self::Keys(touches),
        }
    }

    /// What the other touches of what this touches, if one of the two writes it.
    pub(super) fn conflict(&self, other: &Self) -> Option<EffectKey> {
        let (Self::Keys(these), Self::Keys(those)) = (self, other) else {
            return None;
        };
        let writes = |touch: &Touch| touch.access == Access::Write;
        let pairs = these
            .iter()
            .flat_map(|this| those.iter().map(move |that| (this, that)));
        let mut conflicts = pairs.filter(|(this, that)| {
            (writes(this) || writes(that)) && may_overlap(&this.key, &that.key)
        });
        conflicts.next().map(|(this, _)| this.key.clone())
    }
}

/// What stands in a hole. What is not there, or has no text of its own, is absent: the key then covers every value.
fn value(arguments: &Value, hole: &str) -> KeyText {
    let mut names = hole.split('.');
    let found = names.try_fold(arguments, |value, name| value.get(name));
    let mut text = KeyText::default();
    match found {
        Some(Value::String(value)) => text.text(value),
        Some(Value::Bool(value)) => text.display(value),
        Some(Value::Number(number)) if number.is_u64() || number.is_i64() => text.display(number),
        _ => text.absent(),
    }
    text
}

/// Whether the keys may be the same, or one below the other, under whatever a tool's own type takes to be equal: capitals and
/// punctuation do not tell them apart.
fn may_overlap(one: &EffectKey, other: &EffectKey) -> bool {
    let mut pairs = one.segments().zip(other.segments());
    pairs.all(|(one, other)| folded(one) == folded(other))
}

fn folded(segment: &str) -> String {
    let letters = segment.chars().filter(|c| c.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(one: (&str, &str), other: (&str, &str), expected: Option<&str>) {
        let known = |(template, arguments): (&str, &str)| {
            let effects = match template.strip_prefix('!') {
                Some(template) => DeclaredEffects::writes([template]),
                None => DeclaredEffects::reads([template]),
            };
            let declared = Declared {
                effects: &effects,
                per_call: false,
                is_destructive: false,
            };
            Known::of(&ToolCall::new("", "f", arguments), Some(declared))
        };
        let key = known(one).conflict(&known(other));
        assert_eq!(key.map(|key| key.to_string()).as_deref(), expected);
    }

    #[test]
    fn keys_conflict_where_they_may() {
        let (seven, eight) = (r#"{"id": 7}"#, r#"{"id": 8}"#);
        check(("!a:{id}", seven), ("a:{id}", seven), Some("a:7"));
        check(("!a:{id}", seven), ("a:{id}", eight), None);
        check(("a:{id}", seven), ("a:{id}", seven), None);
        check(("!a", "{}"), ("a:{id}", eight), Some("a"));
        // What is not there may be anything.
        check(("!a:{id}", "{}"), ("a:{id}", eight), Some("a"));
        check(("!a:{id}", "no JSON"), ("a:{id}", eight), Some("a"));
        check(("!a:{id}", r#"{"id": 7.0}"#), ("a:{id}", eight), Some("a"));
        // What a type may take to be equal.
        let (upper, lower) = (r#"{"id": "CH-1"}"#, r#"{"id": "ch1"}"#);
        check(("!a:{id}", upper), ("a:{id}", lower), Some("a:CH-1"));
        check(("!a:CH/{id}", seven), ("a:{id}", lower), None);
        check(
            ("!a:{o.id}", r#"{"o": {"id": 8}}"#),
            ("a:{id}", eight),
            Some("a:8"),
        );
    }
}
