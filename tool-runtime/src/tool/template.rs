//! The grammar of effect templates that are known only at run time, as `#[tool]` checks those in its options.
//!
//! ```text
//! template = domain [ ":" segment { "/" segment } ]
//! segment  = literal | "{" property { "." property } "}"      one segment of the key
//!          | "{" property { "." property } "/" "}"            a path: as many segments as the value has
//! ```
//!
//! A hole names a property as JSON does, so it need not be a name in Rust.

use super::effect_key::{DOMAIN, is_domain};
use super::effects::DeclaredEffects;
use super::schema::Schema;
use crate::text::{listed, nearest};

/// The most segments a template may have. What a path adds is bounded where keys are made.
const MAX_SEGMENTS: usize = 16;

/// The most keys a tool may name, `reads` and `writes` together: every call is compared by each of its keys.
const MAX_KEYS: usize = 32;

/// What is wrong with the group, or with the first of the templates that is wrong, and what to write instead.
pub(super) fn check(effects: &DeclaredEffects, parameters: &Schema) -> Result<(), String> {
    check_with(effects, &|hole| {
        let property = hole.split('.').next().unwrap_or_default();
        self::hole(property, parameters)
    })
}

/// The same for effects that an operator writes instead of a tool's own: they can have no other holes, since no other values
/// are at hand in the form in which equal ones are the same text.
pub(super) fn check_holes(effects: &DeclaredEffects, holes: &[String]) -> Result<(), String> {
    check_with(effects, &|hole| {
        if holes.iter().any(|known| known == hole) {
            return Ok(());
        }
        let known: Vec<String> = holes.iter().map(|hole| format!("{{{hole}}}")).collect();
        let hint = match known.as_slice() {
            [] => "the tool's own effects have none".to_owned(),
            known => format!(
                "the tool's own effects have {}",
                listed(known.iter().map(String::as_str))
            ),
        };
        Err(format!(
            "`{{{hole}}}` is no hole of it; {hint}, and a key that ends before the hole covers every value"
        ))
    })
}

type Hole<'a> = &'a dyn Fn(&str) -> Result<(), String>;

fn check_with(effects: &DeclaredEffects, hole: Hole<'_>) -> Result<(), String> {
    let DeclaredEffects::Keys {
        reads,
        writes,
        group,
    } = effects
    else {
        return Ok(());
    };
    if let Some(group) = group {
        self::group(group)?;
    }
    let count = reads.unchecked().chain(writes.unchecked()).count();
    if count > MAX_KEYS {
        return Err(format!(
            "it names {count} keys, and at most {MAX_KEYS} are taken; name what they have in common, since `customer` covers every `customer:{{id}}`"
        ));
    }
    reads
        .unchecked()
        .chain(writes.unchecked())
        .try_for_each(|text| template(text, hole).map_err(|problem| format!("`{text}`: {problem}")))
}

fn group(name: &str) -> Result<(), String> {
    match name {
        "" => Err("a group has a name, as in `in_group(\"billing\")`".to_owned()),
        _ if name.contains(char::is_control) => Err(format!(
            "a group's name has no control characters; take them out of `{}`",
            name.escape_debug()
        )),
        _ => Ok(()),
    }
}

fn template(text: &str, hole: Hole<'_>) -> Result<(), String> {
    let (domain, segments) = split(text);
    if !is_domain(domain) {
        return Err(DOMAIN.to_owned());
    }
    if segments.len() > MAX_SEGMENTS {
        return Err(format!(
            "a key has at most {MAX_SEGMENTS} segments, and this one has {}; end it earlier, since `a:b` covers `a:b/c`",
            segments.len()
        ));
    }
    segments
        .into_iter()
        .try_for_each(|segment| self::segment(segment, hole))
}

/// The domain and the segments, as they are written.
pub(super) fn split(text: &str) -> (&str, Vec<&str>) {
    match text.split_once(':') {
        Some((domain, rest)) => (domain, segments(rest)),
        None => (text, Vec::new()),
    }
}

/// What stands in the hole that `segment` is, if it is one.
pub(super) fn inside(segment: &str) -> Option<&str> {
    segment
        .strip_prefix('{')
        .and_then(|rest| rest.strip_suffix('}'))
        .filter(|inside| !inside.contains(['{', '}']))
}

/// Splits at `/`, except inside braces.
fn segments(text: &str) -> Vec<&str> {
    let mut open = false;
    text.split(|character| {
        match character {
            '{' => open = true,
            '}' => open = false,
            _ => {}
        }
        character == '/' && !open
    })
    .collect()
}

fn segment(segment: &str, hole: Hole<'_>) -> Result<(), String> {
    if segment.contains(char::is_control) {
        return Err(format!(
            "a key has no control characters; take them out of `{}`",
            segment.escape_debug()
        ));
    }
    if !segment.contains(['{', '}']) {
        return match segment {
            "" => Err("a key has no empty segments; remove the extra `/` or `:`".to_owned()),
            "." | ".." => Err(format!(
                "`{segment}` is no segment of a key, which is compared as it is written; write where it leads, as in `fs:src/{{path/}}`"
            )),
            _ => Ok(()),
        };
    }
    let Some(inside) = inside(segment) else {
        return Err(format!(
            "a hole is a whole segment in a pair of braces, as in `order/{{id}}`; found `{segment}`"
        ));
    };
    let name = inside.strip_suffix('/').unwrap_or(inside);
    if name.split('.').any(str::is_empty) || name.contains('/') {
        return Err(format!(
            "a hole holds the name of a property, as in `{{id}}`, `{{path/}}` or `{{order.account}}`; found `{{{inside}}}`"
        ));
    }
    hole(name)
}

/// A schema that takes properties which it does not name may be sent the one in the hole.
fn hole(property: &str, parameters: &Schema) -> Result<(), String> {
    let known = parameters.names();
    let mut names = known.iter().map(|(name, _)| name.as_str());
    if parameters.is_open() || names.clone().any(|name| name == property) {
        return Ok(());
    }
    let hint = match nearest(property, names.clone()) {
        Some(near) => format!("did you mean `{{{near}}}`?"),
        None if names.next().is_none() => "the schema has none".to_owned(),
        None => format!(
            "the schema has {}",
            listed(known.iter().map(|(name, _)| name.as_str()))
        ),
    };
    Err(format!(
        "`{{{property}}}` names no property of the parameters; {hint}"
    ))
}
