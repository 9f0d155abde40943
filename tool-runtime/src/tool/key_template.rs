//! A key that a call has touched as the template that would have said so: values of its arguments become holes again.

use serde_json::Value;

use super::call_effects::Access;
use super::effect_key::EffectKey;
use super::key::KeyText;

/// A template for a key of one call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Template {
    /// As it is written in an attribute.
    pub(crate) text: String,
    /// What the key has next, if the template ends before it since no argument has that value.
    pub(crate) cut_before: Option<String>,
}

impl Template {
    /// The attribute that declares it, and why it ends where it does.
    pub(super) fn line(access: Access, template: &Self) -> String {
        let mut line = format!("#[tool({access}({:?}))]", template.text);
        if let Some(value) = &template.cut_before {
            line +=
                &format!("    // no argument of this call is `{value}`, so the key ends before it");
        }
        line
    }
}

/// An argument that may stand in a hole: its dotted name and its text.
struct Argument {
    name: String,
    text: String,
}

/// The template of `key` for a call with these arguments. `literals` are segments that stand in templates as they are.
pub(crate) fn template(key: &EffectKey, arguments: &str, literals: &[&str]) -> Template {
    let arguments = serde_json::from_str(arguments).unwrap_or_default();
    let mut known = Vec::new();
    collect("", &arguments, &mut known);
    let segments: Vec<_> = key.segments().collect();
    let (domain, mut rest) = match segments.split_first() {
        Some((domain, rest)) => (*domain, rest),
        None => ("", [].as_slice()),
    };
    let mut text = domain.to_owned();
    let mut separator = ':';
    while let Some((next, after)) = rest.split_first() {
        let (written, left) = match hole(domain, rest, &known) {
            Some((written, taken)) => (written, &rest[taken..]),
            None if literals.contains(next) => ((*next).to_owned(), after),
            None => {
                let cut_before = Some((*next).to_owned());
                return Template { text, cut_before };
            }
        };
        text.push(separator);
        text += &written;
        separator = '/';
        rest = left;
    }
    let cut_before = None;
    Template { text, cut_before }
}

/// A template whose keys overlap `key` for a call with these arguments: a path that leads below it is enough.
pub(crate) fn overlapping(key: &EffectKey, arguments: &str, literals: &[&str]) -> Template {
    let exact = template(key, arguments, literals);
    let segments: Vec<_> = key.segments().collect();
    let Some((domain, rest)) = segments
        .split_first()
        .filter(|_| exact.cut_before.is_some())
    else {
        return exact;
    };
    let arguments = serde_json::from_str(arguments).unwrap_or_default();
    let mut known = Vec::new();
    collect("", &arguments, &mut known);
    let below = known.iter().find(|argument| {
        let path = EffectKey::new("path").path(argument.text.as_str());
        let path: Vec<_> = path.segments().skip(1).collect();
        argument.text.contains('/') && path.starts_with(rest)
    });
    match below {
        Some(argument) => Template {
            text: format!("{domain}:{{{}/}}", argument.name),
            cut_before: None,
        },
        None => exact,
    }
}

/// The hole that says how these segments begin, and how many of them it says.
fn hole(domain: &str, segments: &[&str], known: &[Argument]) -> Option<(String, usize)> {
    let paths = known.iter().filter(|argument| argument.text.contains('/'));
    let longest = paths.filter_map(|argument| {
        let path = EffectKey::new("path").path(argument.text.as_str());
        let path: Vec<_> = path.segments().skip(1).collect();
        let begins = !path.is_empty() && segments.starts_with(&path);
        begins.then(|| (format!("{{{}/}}", argument.name), path.len()))
    });
    let same = known.iter().filter(|argument| argument.text == segments[0]);
    let named = same.min_by_key(|argument| distance(&argument.name, domain));
    let named = named.map(|argument| {
        let below = segments.len() > 1 && argument.name.contains("path");
        let path = if below { "/" } else { "" };
        (format!("{{{}{path}}}", argument.name), 1)
    });
    longest.max_by_key(|(_, taken)| *taken).or(named)
}

/// How far the name of an argument is from what it would be the key of.
fn distance(name: &str, domain: &str) -> u8 {
    let last = name.rsplit('.').next().unwrap_or(name);
    match last {
        _ if last == domain => 0,
        _ if last.strip_suffix("_id") == Some(domain) => 1,
        _ if last.contains(domain) || domain.contains(last) => 2,
        "id" | "key" | "name" | "path" => 3,
        _ => 4,
    }
}

/// The values that have a text in keys, those inside of objects by their dotted names.
fn collect(name: &str, value: &Value, known: &mut Vec<Argument>) {
    let text = match value {
        Value::Object(members) => {
            for (member, value) in members {
                let name = match name {
                    "" => member.clone(),
                    _ => format!("{name}.{member}"),
                };
                collect(&name, value, known);
            }
            return;
        }
        Value::String(text) => text.clone(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) if number.is_i64() || number.is_u64() => number.to_string(),
        Value::Null | Value::Array(_) | Value::Number(_) => return,
    };
    if let Some(text) = KeyText::of(text.as_str()).as_str() {
        let (name, text) = (name.to_owned(), text.to_owned());
        known.push(Argument { name, text });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(key: &EffectKey, arguments: &str, expected: &str, cut_before: Option<&str>) {
        let template = template(key, arguments, &["orders"]);
        assert_eq!(template.text, expected);
        assert_eq!(template.cut_before.as_deref(), cut_before);
    }

    #[test]
    fn values_of_arguments_become_holes_again() {
        let key = |text: &str| EffectKey::parse(text).expect("a key");
        check(&key("rates"), "{}", "rates", None);
        check(&key("cart:7"), r#"{"cart_id": 7}"#, "cart:{cart_id}", None);
        let both = r#"{"count": 7, "cart_id": 7, "order": {"cart": "7"}}"#;
        check(&key("cart:7"), both, "cart:{order.cart}", None);
        check(&key("count:7"), both, "count:{count}", None);
        check(&key("cart:8"), both, "cart", Some("8"));
        check(
            &key("cart:7/orders"),
            both,
            "cart:{order.cart}/orders",
            None,
        );
        check(&key("cart:7/new/7"), both, "cart:{order.cart}", Some("new"));
    }

    #[test]
    fn a_path_is_one_hole() {
        let key = |path: &str| EffectKey::new("fs").path(path);
        let arguments = r#"{"path": "/src/./a.rs"}"#;
        check(&key("src/a.rs"), arguments, "fs:{path/}", None);
        check(&key("src/b.rs"), arguments, "fs", Some("src"));
        check(
            &key("src/a.rs"),
            r#"{"path": "src"}"#,
            "fs:{path/}",
            Some("a.rs"),
        );
        let segment = EffectKey::new("fs").segment("a/b");
        check(&segment, r#"{"path": "a/b"}"#, "fs:{path}", None);
    }
}
