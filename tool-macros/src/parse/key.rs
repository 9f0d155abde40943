//! Effect templates: `"customer:{customer_id}"`, `"fs:{path/}"`, `"order:{order.account}/lines"`.
//!
//! ```text
//! template = domain [ ":" segment { "/" segment } ]
//! segment  = literal | "{" name { "." name } "}"      one segment of the key
//!          | "{" name { "." name } "/" "}"            a path: as many segments as the value has
//! ```

use proc_macro2::Span;
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::Parser;
use syn::{Ident, Index, LitStr, Member};

/// The most segments a template may have. What a path adds is bounded where keys are made.
const MAX_SEGMENTS: usize = 16;

/// A template that reads well; whether its holes name arguments is decided in `model`.
#[derive(Clone)]
pub(crate) struct Template {
    pub(crate) literal: LitStr,
    pub(crate) holes: Vec<Hole>,
}

/// Where a hole takes its value from.
#[derive(Clone)]
pub(crate) struct Hole {
    /// `order.account.id`, by which the runtime too tells holes apart.
    pub(crate) text: String,
    /// `order` of `{order.account.id}`, as the model writes it.
    pub(crate) parameter: String,
    /// `account` and `id`, located at the template.
    pub(crate) fields: Vec<Member>,
}

pub(crate) fn parse(literal: LitStr) -> syn::Result<Template> {
    let text = literal.value();
    let (domain, rest) = match text.split_once(':') {
        Some((domain, rest)) => (domain, Some(rest)),
        None => (text.as_str(), None),
    };
    let fail = |message: String| Err(syn::Error::new(literal.span(), message));
    if !is_name(domain, "-.") {
        return fail(format!(
            "a key begins with its domain, letters, digits, `_`, `-` or `.`; write `\"customer:{{customer_id}}\"` instead of `{}`",
            literal.to_token_stream()
        ));
    }
    // As the check is located that names the fields.
    let span = Span::call_site().located_at(literal.span());
    let mut holes = Vec::new();
    let segments: Vec<&str> = rest.into_iter().flat_map(segments).collect();
    if let Some(more) = segments.get(MAX_SEGMENTS) {
        return fail(format!(
            "a key has at most {MAX_SEGMENTS} segments; end it before `{more}`, since `a:b` covers `a:b/c`"
        ));
    }
    for segment in segments {
        match hole(segment, span) {
            Ok(hole) => holes.extend(hole),
            Err(message) => return fail(message),
        }
    }
    Ok(Template { literal, holes })
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

/// What the hole `segment` names, or `None` for a literal segment.
fn hole(segment: &str, span: Span) -> Result<Option<Hole>, String> {
    if !segment.contains(['{', '}']) {
        return match segment {
            "" => Err("a key has no empty segments; remove the extra `/` or `:`".to_owned()),
            "." | ".." => Err(format!(
                "`{segment}` is no segment of a key, which is compared as it is written; write where it leads, as in `fs:src/{{path/}}`"
            )),
            _ if segment.contains(char::is_control) => Err(format!(
                "a key has no control characters; remove them from `{}`",
                segment.escape_debug()
            )),
            _ => Ok(None),
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
    let text = inside.strip_suffix('/').unwrap_or(inside);
    let mut names = text.split('.');
    let parameter = names.next().filter(|name| ident(name, span).is_some());
    let fields: Option<Vec<Member>> = names.map(|name| member(name, span)).collect();
    match (parameter, fields) {
        (Some(parameter), Some(fields)) => Ok(Some(Hole {
            text: text.to_owned(),
            parameter: parameter.to_owned(),
            fields,
        })),
        _ => Err(format!(
            "a hole holds the name of an argument, as in `{{id}}`, `{{path/}}` or `{{order.account}}`; found `{{{inside}}}`"
        )),
    }
}

/// A field by its name, or by its number in a tuple.
fn member(name: &str, span: Span) -> Option<Member> {
    let number = || {
        let index = name.parse().ok()?;
        // Not `+1` and not `01`.
        (format!("{index}") == name).then_some(Index { index, span })
    };
    ident(name, span)
        .map(Member::Named)
        .or_else(|| number().map(Member::Unnamed))
}

/// What is written in Rust as `name`, or as `r#name` if it is a keyword.
fn ident(name: &str, span: Span) -> Option<Ident> {
    if !is_name(name, "") || ["_", "self", "Self", "super", "crate"].contains(&name) {
        return None;
    }
    let parsed = Ident::parse_any.parse_str(name).ok()?;
    let mut ident = match syn::parse_str::<Ident>(name) {
        Ok(ident) => ident,
        Err(_) => Ident::new_raw(&parsed.to_string(), span),
    };
    ident.set_span(span);
    Some(ident)
}

fn is_name(text: &str, also: &str) -> bool {
    !text.is_empty()
        && text
            .chars()
            .all(|c| c.is_alphanumeric() || c == '_' || also.contains(c))
}
