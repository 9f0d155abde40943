//! `#[tool(name = "…", reads("…"), pure)]`: the options as written.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Ident, Token, token};

use crate::errors::Errors;

/// One option as it stands between two commas.
pub(crate) struct RawOption {
    pub(crate) key: Ident,
    pub(crate) value: RawValue,
}

/// What follows an option's name.
pub(crate) enum RawValue {
    /// `pure`
    Flag,
    /// `name = …`
    Assigned(TokenStream),
    /// `reads(…)`
    List(TokenStream),
}

impl ToTokens for RawOption {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.key.to_tokens(tokens);
        match &self.value {
            RawValue::Flag => {}
            RawValue::Assigned(value) | RawValue::List(value) => value.to_tokens(tokens),
        }
    }
}

/// Splits the attribute's tokens into options; a broken one is reported and the rest still read.
pub(crate) fn parse(tokens: TokenStream, errors: &mut Errors) -> Vec<RawOption> {
    let mut options = Vec::new();
    for piece in split_at_commas(tokens) {
        if let Some(option) = errors.keep(parse_option.parse2(piece)) {
            options.push(option);
        }
    }
    options
}

fn parse_option(input: ParseStream) -> syn::Result<RawOption> {
    if !input.peek(Ident::peek_any) {
        let found: TokenTree = input.fork().parse()?;
        return Err(input.error(format_args!(
            "`{found}` is no option of `#[tool(…)]`; write `name = \"…\"` or `reads(\"…\")`"
        )));
    }
    let key = Ident::parse_any(input)?;
    let value = if input.is_empty() {
        RawValue::Flag
    } else if input.peek(Token![=]) {
        input.parse::<Token![=]>()?;
        RawValue::Assigned(input.parse()?)
    } else if input.peek(token::Paren) {
        let content;
        syn::parenthesized!(content in input);
        RawValue::List(content.parse()?)
    } else {
        return Err(input.error(format_args!(
            "expected `=`, `(…)` or `,` after the option `{key}`"
        )));
    };
    if input.is_empty() {
        Ok(RawOption { key, value })
    } else {
        let next: TokenTree = input.fork().parse()?;
        Err(input.error(comma_before(&next)))
    }
}

/// What is wrong where an option goes on.
pub(crate) fn comma_before(next: &impl ToTokens) -> String {
    format!("expected `,` before `{}`", next.to_token_stream())
}

/// The pieces between the top-level commas, empty ones left out.
pub(crate) fn split_at_commas(tokens: TokenStream) -> Vec<TokenStream> {
    let mut pieces = vec![TokenStream::new()];
    for token in tokens {
        match &token {
            TokenTree::Punct(punct) if punct.as_char() == ',' => pieces.push(TokenStream::new()),
            _ => pieces.last_mut().expect("never empty").extend([token]),
        }
    }
    pieces.retain(|piece| !piece.is_empty());
    pieces
}
