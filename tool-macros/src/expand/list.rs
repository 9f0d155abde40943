//! `tools![…]`: every token it makes is located at the path it stands for, so that an error underlines that path.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Ident, Path, Token};

use super::text;
use crate::errors::Errors;
use crate::model::{check, plain, spelled};
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
            errors.push(
                attr,
                format_args!(
                    "an entry of `tools!` takes `#[cfg(…)]` only; remove `{}`",
                    spelled(attr)
                ),
            );
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
    let fail = |_| match input.fork().parse::<TokenTree>() {
        Ok(TokenTree::Punct(punct)) if punct.as_char() == '<' => {
            input.error("a tool takes no `<…>`; write its path alone, as in `tools![get_customer]`")
        }
        Ok(found) => input.error(format_args!(
            "`{found}` is not a tool's path; write `tools![get_customer, billing::get_tickets]`"
        )),
        Err(_) => syn::Error::new(
            end,
            "the path of a tool breaks off; write `tools![get_customer, billing::get_tickets]`",
        ),
    };
    let cfgs = input.call(Attribute::parse_outer).map_err(fail)?;
    let path = input.call(Path::parse_mod_style).map_err(fail)?;
    if input.is_empty() {
        return Ok(Entry { cfgs, path });
    }
    if input.peek(Ident::peek_any) && !input.peek(Token![as]) {
        let next: Ident = input.call(Ident::parse_any)?;
        let message = format!("expected `,` before `{next}`");
        return Err(syn::Error::new(next.span(), message));
    }
    let rest: TokenStream = input.parse()?;
    let path = text(&path);
    let message = match rest.to_string().starts_with(';') {
        true => format!("expected `,` after `{path}`"),
        false => format!("a tool is listed by its path alone; write `tools![{path}]`"),
    };
    Err(syn::Error::new_spanned(rest, message))
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
