//! Doc comments to description text.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Attribute, Expr, ExprLit, ExprMacro, Lit, Meta};

/// The text of the doc comments among `attrs`, as an expression; `None` without any.
///
/// Common indentation and outer blank lines are removed from what the macro can read. What it cannot,
/// `#[doc = include_str!("…")]`, is left to rustc, which reads it where it stands.
pub(crate) fn text(attrs: &[Attribute]) -> Option<TokenStream> {
    let mut pieces: Vec<TokenStream> = Vec::new();
    let mut read: Vec<String> = Vec::new();
    for attr in attrs.iter().filter(|attr| is_doc(attr)) {
        match value(attr)? {
            Value::Read(text) => read.extend(lines(&text)),
            Value::Unread(macro_call) => {
                pieces.extend(joined(&mut read));
                pieces.push(macro_call.to_token_stream());
            }
        }
    }
    pieces.extend(joined(&mut read));
    match pieces.as_slice() {
        [] => None,
        [piece] => Some(piece.clone()),
        // Each attribute begins a line.
        [first, rest @ ..] => Some(quote!(::core::concat!(#first #(, "\n", #rest)*))),
    }
}

/// The lines read so far, as a literal.
fn joined(lines: &mut Vec<String>) -> Option<TokenStream> {
    if lines.is_empty() {
        return None;
    }
    let lines = std::mem::take(lines);
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
    Some(lines.join("\n").into_token_stream())
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

enum Value<'a> {
    Read(String),
    Unread(&'a ExprMacro),
}

fn value(attr: &Attribute) -> Option<Value<'_>> {
    let Meta::NameValue(meta) = &attr.meta else {
        return None;
    };
    match &meta.value {
        Expr::Lit(ExprLit {
            lit: Lit::Str(text),
            ..
        }) => Some(Value::Read(text.value())),
        Expr::Macro(call) => Some(Value::Unread(call)),
        // rustc refuses it.
        _ => None,
    }
}
