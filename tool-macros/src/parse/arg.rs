//! `#[arg(rename = "…", range(min = 1))]`, and serde's and schemars' attributes on a parameter: the options as written.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::discouraged::Speculative;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Expr, Ident, Meta, Token, token};

use super::args::{RawOption, RawValue, comma_before};
use crate::errors::Errors;

/// The options in the parentheses of `attr`. Unlike those of `#[tool]` they may hold expressions, and in these commas, so
/// that a value is read as an expression first.
pub(crate) fn parse(attr: &Attribute, errors: &mut Errors) -> Vec<RawOption> {
    match &attr.meta {
        Meta::List(list) => list_of(list.tokens.clone(), errors),
        _ => {
            let name = attr.path().to_token_stream();
            errors.push(
                attr,
                format_args!(
                    "the options of `{name}` stand in parentheses: `#[{name}(rename = \"…\")]`"
                ),
            );
            Vec::new()
        }
    }
}

/// The options between the commas of `tokens`; a broken one is reported and the rest still read.
pub(crate) fn list_of(tokens: TokenStream, errors: &mut Errors) -> Vec<RawOption> {
    let parser = |input: ParseStream| {
        let mut options = Vec::new();
        while !input.is_empty() {
            if input.peek(Token![,]) {
                input.parse::<Token![,]>()?;
                continue;
            }
            options.extend(errors.keep(option(input)));
            if !input.is_empty() && !input.peek(Token![,]) {
                let rest = until_comma(input)?;
                let next = rest.clone().into_iter().next();
                errors.push(rest, comma_before(&next.to_token_stream()));
            }
        }
        Ok(options)
    };
    parser.parse2(tokens).unwrap_or_default()
}

fn option(input: ParseStream) -> syn::Result<RawOption> {
    if !input.peek(Ident::peek_any) {
        let found = until_comma(input)?;
        return Err(syn::Error::new_spanned(
            found,
            "expected an option, such as `default` or `rename = \"…\"`",
        ));
    }
    let key = Ident::parse_any(input)?;
    let value = if input.peek(Token![=]) {
        input.parse::<Token![=]>()?;
        RawValue::Assigned(value(input)?)
    } else if input.peek(token::Paren) {
        let content;
        syn::parenthesized!(content in input);
        RawValue::List(content.parse()?)
    } else {
        RawValue::Flag
    };
    Ok(RawOption { key, value })
}

/// The expression at which the input stands, or what there is in its place.
fn value(input: ParseStream) -> syn::Result<TokenStream> {
    let ahead = input.fork();
    match ahead.parse::<Expr>() {
        Ok(value) => {
            input.advance_to(&ahead);
            Ok(value.to_token_stream())
        }
        Err(_) => until_comma(input),
    }
}

fn until_comma(input: ParseStream) -> syn::Result<TokenStream> {
    let mut tokens = TokenStream::new();
    while !input.is_empty() && !input.peek(Token![,]) {
        tokens.extend([input.parse::<TokenTree>()?]);
    }
    Ok(tokens)
}
