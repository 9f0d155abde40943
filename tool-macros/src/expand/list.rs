//! `tools![…]`: every token it makes is located at the path it stands for, so that an error underlines that path.

use proc_macro2::{Delimiter, Group, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Ident, Path};

use super::text;
use crate::errors::Errors;
use crate::model::{check, plain};
use crate::parse::args::split_at_commas;
use crate::runtime_path::{RuntimePath, private};

/// One tool of the list.
pub(super) struct Entry {
    cfgs: Vec<Attribute>,
    path: Path,
}

pub(super) fn parse(input: TokenStream) -> Result<Vec<Entry>, Errors> {
    let mut errors = Errors::default();
    let mut entries = Vec::new();
    for piece in split_at_commas(input) {
        let end = span_of_last(&piece);
        let entry = |input: ParseStream| entry(input, end);
        entries.extend(errors.keep(entry.parse2(piece)));
    }
    for attr in entries.iter().flat_map(|entry| &entry.cfgs) {
        if !attr.path().is_ident("cfg") {
            errors.push(attr, "an entry of `tools!` takes `#[cfg(…)]` only");
        }
    }
    for path in entries.iter().map(|entry| &entry.path) {
        if let Some(last) = path
            .segments
            .last()
            .filter(|last| check::is_taken(&last.ident))
        {
            let name = &last.ident;
            let ty = check::type_for(&plain(name));
            errors.push(
                path,
                format_args!(
                    "`{name}` is Rust's own; name the tool's type, `#[tool(type = {ty})]`, and list that: `tools![{ty}]`"
                ),
            );
        }
    }
    errors.finish(entries)
}

/// An entry that breaks off is reported at its `end`, the last of its tokens.
fn entry(input: ParseStream, end: Span) -> syn::Result<Entry> {
    let expected =
        "expected the path of a tool, as in `tools![get_customer, billing::get_tickets]`";
    let fail = |error: syn::Error| match input.is_empty() {
        true => syn::Error::new(end, expected),
        false => syn::Error::new(error.span(), expected),
    };
    let cfgs = input.call(Attribute::parse_outer).map_err(fail)?;
    let path = input.call(Path::parse_mod_style).map_err(fail)?;
    if input.is_empty() {
        Ok(Entry { cfgs, path })
    } else if input.peek(Ident::peek_any) {
        Err(input.error("expected `,` before the next tool"))
    } else {
        Err(input.error(expected))
    }
}

/// ```text
/// {
///     use $crate::__private as __tool_private;
///     const __TOOL_LISTED: &[Listed] = &[Listed::new(0, "get_customer", &get_customer {}), …];
///     const __TOOL_REPEATS: [usize; 2] = repeats(__TOOL_LISTED);
///     const _: () = refuse_repeat(__TOOL_LISTED, &__TOOL_REPEATS, 1);
///     ToolList::new(&[&get_customer {}, &billing::get_tickets {}])
/// }
/// ```
///
/// Entries are known by their ordinal in the source, since `cfg` may take some away before the constants are computed.
///
/// The rest is located at `macro_rules`, where the runtime's `tools!` calls this macro, so that rustc speaks of that one.
pub(super) fn expand(entries: &[Entry], runtime: &RuntimePath, macro_rules: Span) -> TokenStream {
    let import = runtime.import();
    let private = private(macro_rules);
    let count = entries.len();
    let listed = entries.iter().enumerate().map(listed);
    let refusals = entries.iter().enumerate().skip(1).map(refusal);
    let tools = entries.iter().map(tool);
    quote_spanned! {macro_rules=>
        {
            #import
            const __TOOL_LISTED: &[#private::Listed] = &[#(#listed),*];
            const __TOOL_REPEATS: [::core::primitive::usize; #count] = #private::repeats(__TOOL_LISTED);
            #(#refusals)*
            #private::ToolList::new(&[#(#tools),*])
        }
    }
}

/// The tool stands here as it stands in [`tool`], so that rustc has one thing to say about a path that names none.
fn listed((ordinal, Entry { cfgs, path }): (usize, &Entry)) -> TokenStream {
    let (first, last) = ends(path);
    let text = text(path);
    let braces = braces(last);
    let arguments = parenthesized(
        quote_spanned!(first=> #ordinal, #text, &#path #braces),
        last,
    );
    let private = private(first);
    quote_spanned! {first=> #(#cfgs)* #private::Listed::new #arguments }
}

fn refusal((ordinal, Entry { cfgs, path }): (usize, &Entry)) -> TokenStream {
    let (first, last) = ends(path);
    let arguments = parenthesized(quote!(__TOOL_LISTED, &__TOOL_REPEATS, #ordinal), last);
    let private = private(first);
    quote_spanned! {first=> #(#cfgs)* const _: () = #private::refuse_repeat #arguments; }
}

fn tool(Entry { cfgs, path }: &Entry) -> TokenStream {
    let (first, last) = ends(path);
    let braces = braces(last);
    quote_spanned! {first=> #(#cfgs)* &#path #braces }
}

fn span_of_last(tokens: &TokenStream) -> Span {
    let last = tokens.clone().into_iter().last();
    last.map_or_else(Span::call_site, |token| token.span())
}

/// The spans of a path's two ends: an expression from one to the other is underlined as the path is.
pub(super) fn ends(path: &impl ToTokens) -> (Span, Span) {
    let tokens = path.to_token_stream();
    let first = tokens.clone().into_iter().next();
    let first = first.map_or_else(Span::call_site, |token| token.span());
    (first, span_of_last(&tokens))
}

pub(super) fn braces(span: Span) -> Group {
    let mut group = Group::new(Delimiter::Brace, TokenStream::new());
    group.set_span(span);
    group
}

fn parenthesized(tokens: TokenStream, span: Span) -> Group {
    let mut group = Group::new(Delimiter::Parenthesis, tokens);
    group.set_span(span);
    group
}
