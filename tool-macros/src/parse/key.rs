//! Effect templates: `"customer:{customer_id}"`, `"fs:{path/}"`, `"order:{order.account}/lines"`.
//!
//! ```text
//! template = domain [ ":" segment { "/" segment } ]
//! segment  = literal | "{" name { "." name } "}"      one segment of the key
//!          | "{" name { "." name } "/" "}"            a path: as many segments as the value has
//! ```

use syn::LitStr;

/// A template that reads well; whether its holes name arguments is decided in `model`.
#[derive(Clone)]
pub(crate) struct Template {
    pub(crate) literal: LitStr,
    /// The first name of each hole: the parameter it takes its value from.
    pub(crate) parameters: Vec<String>,
}

pub(crate) fn parse(literal: LitStr) -> syn::Result<Template> {
    let text = literal.value();
    let (domain, rest) = match text.split_once(':') {
        Some((domain, rest)) => (domain, Some(rest)),
        None => (text.as_str(), None),
    };
    let fail = |message: String| Err(syn::Error::new(literal.span(), message));
    if !is_name(domain, "-.") {
        let found = match domain {
            "" => "nothing".to_owned(),
            domain => format!("`{domain}`"),
        };
        return fail(format!(
            "a key begins with its domain, letters, digits, `_`, `-` or `.`, as in `customer:{{customer_id}}`; found {found}"
        ));
    }
    let mut parameters = Vec::new();
    for segment in rest.into_iter().flat_map(segments) {
        match hole(segment) {
            Ok(Some(parameter)) => parameters.push(parameter.to_owned()),
            Ok(None) => {}
            Err(message) => return fail(message),
        }
    }
    Ok(Template {
        literal,
        parameters,
    })
}

/// Splits at `/`, except inside braces.
fn segments(text: &str) -> Vec<&str> {
    let mut segments = Vec::new();
    let (mut start, mut open) = (0, false);
    for (at, character) in text.char_indices() {
        match character {
            '{' => open = true,
            '}' => open = false,
            '/' if !open => {
                segments.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    segments.push(&text[start..]);
    segments
}

/// The parameter that the hole `segment` names, or `None` for a literal segment.
fn hole(segment: &str) -> Result<Option<&str>, String> {
    if !segment.contains(['{', '}']) {
        return if segment.is_empty() {
            Err("a key has no empty segments; remove the extra `/` or `:`".to_owned())
        } else {
            Ok(None)
        };
    }
    let inside = segment
        .strip_prefix('{')
        .and_then(|rest| rest.strip_suffix('}'))
        .filter(|inside| !inside.contains(['{', '}']));
    let Some(inside) = inside else {
        return Err(
            if segment.matches('{').count() == segment.matches('}').count() {
                format!(
                    "a hole is a whole segment; write `/` round it, as in `order/{{id}}`, instead of `{segment}`"
                )
            } else {
                format!("the braces in `{segment}` do not match; write a hole as `{{name}}`")
            },
        );
    };
    let names = inside.strip_suffix('/').unwrap_or(inside);
    if names.split('.').all(|name| is_name(name, "")) {
        Ok(names.split('.').next())
    } else {
        Err(format!(
            "a hole holds the name of an argument, as in `{{id}}`, `{{path/}}` or `{{order.account}}`; found `{{{inside}}}`"
        ))
    }
}

fn is_name(text: &str, also: &str) -> bool {
    !text.is_empty()
        && text
            .chars()
            .all(|c| c.is_alphanumeric() || c == '_' || also.contains(c))
}
