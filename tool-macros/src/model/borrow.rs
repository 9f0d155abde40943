//! Borrowed types among arguments: what is lent, and how the owned form of a type is written.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Type, TypeReference};

use super::{spelled, written};
use crate::errors::Errors;

/// What an argument `name: &T` borrows, for the length of the call.
pub(super) fn borrow<'a>(
    name: &str,
    reference: &'a TypeReference,
    errors: &mut Errors,
) -> Option<&'a Type> {
    let ty = written(&reference.elem);
    let target = spelled(ty);
    match (&reference.mutability, &reference.lifetime) {
        (Some(mutability), _) => errors.push(
            mutability,
            format_args!(
                "an argument is lent; write `{name}: &{target}`, or own it: `mut {name}: {}`",
                spelled(&owned(reference.to_token_stream()))
            ),
        ),
        (None, Some(lifetime)) if lifetime.ident == "static" => errors.push(
            lifetime,
            format_args!(
                "an argument is borrowed for the length of the call; write `{name}: &{target}`"
            ),
        ),
        _ => return Some(ty),
    }
    None
}

/// Whether `sought` holds for a token, at any depth.
pub(crate) fn contains(tokens: TokenStream, sought: &dyn Fn(&TokenTree) -> bool) -> bool {
    tokens.into_iter().any(|token| {
        sought(&token)
            || matches!(token, TokenTree::Group(group) if contains(group.stream(), sought))
    })
}

/// What a type borrows for less than `'static`: the first such lifetime or reference, as written, and the type with
/// `'static` in their places. What the type itself binds, as `dyn Fn(&str)` and `dyn for<'a> …` do, is its own.
pub(super) fn short_lived(tokens: TokenStream) -> Option<(TokenStream, TokenStream)> {
    let binds = |token: &TokenTree| matches!(token, TokenTree::Ident(ident) if ident == "for");
    if contains(tokens.clone(), &binds) {
        return None;
    }
    let mut first = TokenStream::new();
    let lasting = lasting(tokens, &mut first);
    (!first.is_empty()).then_some((first, lasting))
}

fn lasting(tokens: TokenStream, first: &mut TokenStream) -> TokenStream {
    let apostrophe =
        |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == '\'');
    let mut tokens = tokens.into_iter().peekable();
    let mut result = TokenStream::new();
    let mut after_name = false;
    while let Some(token) = tokens.next() {
        let is_name = matches!(token, TokenTree::Ident(_));
        match token {
            token if apostrophe(&token) => {
                let name = tokens.next();
                let written: TokenStream = [token].into_iter().chain(name).collect();
                if written.to_string() != "'static" && first.is_empty() {
                    *first = written;
                }
                result.extend(quote!('static));
            }
            TokenTree::Punct(punct) if punct.as_char() == '&' => {
                punct.to_tokens(&mut result);
                if !tokens.peek().is_some_and(apostrophe) {
                    if first.is_empty() {
                        *first = punct.into_token_stream();
                    }
                    result.extend(quote!('static));
                }
            }
            // `Fn(&str)`, but a tuple is like any other type.
            TokenTree::Group(group)
                if !(after_name && group.delimiter() == Delimiter::Parenthesis) =>
            {
                let inner = lasting(group.stream(), first);
                result.extend([Group::new(group.delimiter(), inner)]);
            }
            token => result.extend([token]),
        }
        after_name = is_name;
    }
    result
}

/// A type with what it borrows owned: `String` for `&str`, `PathBuf` for `&Path`, `Vec<T>` for `&[T]`, `T` for `&T`.
pub(super) fn owned(tokens: TokenStream) -> TokenStream {
    let mut tokens = tokens.into_iter().peekable();
    let mut result = TokenStream::new();
    let mut borrowed = false;
    while let Some(token) = tokens.next() {
        match &token {
            TokenTree::Punct(punct) if punct.as_char() == '&' => borrowed = true,
            // The lifetime of a reference, its apostrophe and its name.
            TokenTree::Punct(punct) if borrowed && punct.as_char() == '\'' => {
                tokens.next();
            }
            TokenTree::Ident(ident) if borrowed && ident == "mut" => {}
            TokenTree::Ident(ident) if borrowed && ident == "str" => {
                result.extend(quote!(String));
                borrowed = false;
            }
            TokenTree::Ident(ident) if borrowed && ident == "Path" => {
                result.extend(quote!(PathBuf));
                borrowed = false;
            }
            // On the way to `std::path::Path`.
            TokenTree::Ident(ident) if borrowed && (ident == "std" || ident == "path") => {
                result.extend([token]);
            }
            TokenTree::Punct(punct) if borrowed && punct.as_char() == ':' => {
                result.extend([token]);
            }
            TokenTree::Group(group) => {
                let inner = owned(group.stream());
                match group.delimiter() {
                    Delimiter::Bracket if borrowed => result.extend(quote!(Vec<#inner>)),
                    delimiter => result.extend([Group::new(delimiter, inner)]),
                }
                borrowed = false;
            }
            _ => {
                result.extend([token]);
                borrowed = false;
            }
        }
    }
    result
}
