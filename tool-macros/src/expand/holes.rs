//! What stands in the holes of effect templates, taken from the arguments.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Ident;

use super::arguments::arguments;
use super::tool_impl::slot;
use crate::model::ToolFn;
use crate::parse::key::Hole;
use crate::runtime_path::private;

/// ```text
/// let holes = [hole(Some(&__tool_0)), …];
/// ```
///
/// Each hole once, in the order in which they first appear, reads first: the runtime counts them so.
pub(super) fn expand(tool: &ToolFn<'_>) -> Option<TokenStream> {
    let mut seen: Vec<&str> = Vec::new();
    let mut values = Vec::new();
    for template in tool.effects.reads.iter().chain(&tool.effects.writes) {
        for hole in &template.holes {
            if seen.contains(&hole.text.as_str()) {
                continue;
            }
            seen.push(&hole.text);
            let argument = arguments(tool).find(|argument| argument.name == hole.parameter);
            if let Some(argument) = argument {
                let slot = slot(argument.index);
                values.push(value(slot, hole, template.literal.span()));
            }
        }
    }
    if values.is_empty() {
        return None;
    }
    Some(quote!(let __tool_holes = [#(#values),*];))
}

/// `hole(Some(&__tool_0))`, or for `{order.account}`
///
/// ```text
/// {
///     let value = Some(&__tool_0);
///     let value = match Reached(value).open() {
///         Some(value) => Some(&value.account),
///         None => None,
///     };
///     hole(value)
/// }
/// ```
///
/// Dotted holes go through an `Option` on the way, since else nothing could be written for a field of an optional struct.
/// All of it stands at the template, so that rustc underlines that, but is ours: located alone, or rustc would propose to
/// mend the template as if it were this expression. `Option::map` would be compiled for each field.
fn value(mut slot: Ident, hole: &Hole, template: Span) -> TokenStream {
    let span = Span::call_site().located_at(template);
    let private = private(span);
    slot.set_span(span);
    let argument = quote_spanned!(span=> ::core::option::Option::Some(&#slot));
    if hole.fields.is_empty() {
        return quote_spanned!(span=> #private::hole(#argument));
    }
    let steps = hole.fields.iter().map(|field| {
        quote_spanned! {span=>
            let __tool_value = match #private::Reached(__tool_value).open() {
                ::core::option::Option::Some(__tool_value) => {
                    ::core::option::Option::Some(&__tool_value.#field)
                }
                ::core::option::Option::None => ::core::option::Option::None,
            };
        }
    });
    quote_spanned! {span=>
        {
            #[allow(unused_imports)]
            use #private::AnyReached as _;
            let __tool_value = #argument;
            #(#steps)*
            #private::hole(__tool_value)
        }
    }
}
