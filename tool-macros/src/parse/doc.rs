//! Doc comments to description text.

use syn::{Attribute, Expr, ExprLit, Lit, Meta};

/// The text of the doc comments among `attrs`, with common indentation and outer blank lines removed; `None` without any
/// words.
pub(crate) fn text(attrs: &[Attribute]) -> Option<String> {
    let lines: Vec<String> = attrs
        .iter()
        .filter(|attr| is_doc(attr))
        .filter_map(value)
        .flat_map(|text| lines(&text))
        .collect();
    if lines.is_empty() {
        return None;
    }
    let indent = lines
        .iter()
        .filter(|line| !line.trim().is_empty())
        .map(|line| line.len() - line.trim_start_matches(' ').len())
        .min()
        .unwrap_or(0);
    let lines: Vec<&str> = lines
        .iter()
        .map(|line| line.get(indent..).unwrap_or("").trim_end())
        .collect();
    Some(lines.join("\n").trim_matches('\n').to_owned())
}

/// The lines of one comment, without the space after `///` and without the column of stars that a `/** */` may have.
fn lines(text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.split('\n').collect();
    if let [line] = lines.as_slice() {
        return vec![line.strip_prefix(' ').unwrap_or(line).to_owned()];
    }
    let inner = match lines.as_slice() {
        [first, inner @ .., last] if first.trim().is_empty() && last.trim().is_empty() => inner,
        _ => &[],
    };
    let starred = !inner.is_empty() && inner.iter().all(|line| line.trim_start().starts_with('*'));
    lines
        .into_iter()
        .map(|line| match line.trim_start().strip_prefix('*') {
            Some(rest) if starred => rest.to_owned(),
            _ => line.to_owned(),
        })
        .collect()
}

/// Whether `attr` is a doc comment (`///`, `/** */` or `#[doc = "…"]`), not `#[doc(hidden)]`.
pub(crate) fn is_doc(attr: &Attribute) -> bool {
    attr.path().is_ident("doc") && matches!(attr.meta, Meta::NameValue(_))
}

/// The first doc attribute whose text the macro cannot read: `#[doc = include_str!("…")]`.
pub(crate) fn unreadable(attrs: &[Attribute]) -> Option<&Attribute> {
    attrs
        .iter()
        .find(|attr| is_doc(attr) && value(attr).is_none())
}

fn value(attr: &Attribute) -> Option<String> {
    match &attr.meta {
        Meta::NameValue(meta) => match &meta.value {
            Expr::Lit(ExprLit {
                lit: Lit::Str(text),
                ..
            }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}
