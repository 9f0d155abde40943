//! Borrowed types among arguments: what is lent, and how the owned form of a type is written.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Type, TypeReference};

use super::param::written;
use super::spelled;
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
pub(super) fn contains(tokens: TokenStream, sought: &dyn Fn(&TokenTree) -> bool) -> bool {
    tokens.into_iter().any(|token| {
        sought(&token)
            || matches!(token, TokenTree::Group(group) if contains(group.stream(), sought))
    })
}

/// A type with what it borrows owned: `String` for `&str`, `Vec<T>` for `&[T]`, `T` for `&T`.
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
