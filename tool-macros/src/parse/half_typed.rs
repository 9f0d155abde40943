//! A parameter list that is half typed: rustc, which reads an item before it hands it to a macro, has said so already.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Attribute, FnArg, Pat, Token, parse_quote};

use super::item::ItemFn;

/// The function if its parameter list lacks what rustc misses too: a name, a type or a comma. A parameter without a type
/// takes anything, so that neither its callers nor the body have more to say than they must.
pub(crate) fn read(function: TokenStream) -> Option<ItemFn> {
    let mut tokens: Vec<TokenTree> = function.into_iter().collect();
    let is_fn = |token: &TokenTree| matches!(token, TokenTree::Ident(ident) if ident == "fn");
    let name = tokens.iter().position(is_fn)?;
    let list = tokens[name..].iter_mut().find_map(|token| match token {
        TokenTree::Group(list) if list.delimiter() == Delimiter::Parenthesis => Some(list),
        _ => None,
    })?;
    let inputs = parameters.parse2(list.stream()).ok()??;
    *list = Group::new(Delimiter::Parenthesis, TokenStream::new());
    let mut item: ItemFn = syn::parse2(tokens.into_iter().collect()).ok()?;
    item.sig.inputs = inputs;
    Some(item)
}

/// All that can be told of the parameters, or `None` if nothing is missing. One that is wrong in another way is an error.
fn parameters(input: ParseStream) -> syn::Result<Option<Punctuated<FnArg, Token![,]>>> {
    let mut found = Punctuated::new();
    let mut missing = false;
    while !input.is_empty() {
        match parameter(input)? {
            Some((parameter, whole)) => {
                missing |= !whole;
                found.push(parameter);
            }
            None => missing = true,
        }
        missing |= !input.is_empty() && input.parse::<Token![,]>().is_err();
    }
    Ok(missing.then_some(found))
}

/// The next parameter, and whether it is whole.
fn parameter(input: ParseStream) -> syn::Result<Option<(FnArg, bool)>> {
    if input.fork().parse::<FnArg>().is_ok() {
        return Ok(Some((input.parse()?, true)));
    }
    let ends = |input: ParseStream| input.is_empty() || input.peek(Token![,]);
    input.call(Attribute::parse_outer)?;
    if ends(input) {
        return Ok(None);
    }
    let name = input.call(Pat::parse_single)?;
    if input.parse::<Token![:]>().is_ok() {
        let mut last = None;
        while !ends(input) {
            last = Some(input.parse::<TokenTree>()?);
        }
        // What syn does not know may still be a type, so that only one that breaks off counts.
        let breaks_off = |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if "&<:".contains(punct.as_char()));
        if last.is_some_and(|last| !breaks_off(&last)) {
            return Err(input.error("expected a type"));
        }
    }
    let anything = parse_quote!(#[allow(unused_variables)] #name: impl ::core::marker::Sized);
    Ok(Some((anything, false)))
}
