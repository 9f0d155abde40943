//! `#[tool(discover = App)]`: the tool, handed to whoever asks for the tools of `App` at run time.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Ident;

use super::list::{braces, ends};
use crate::model::ToolFn;
use crate::runtime_path::private;

/// ```text
/// static __TOOL_DISCOVERED: fn() -> ToolList<App> = || ToolList::new(&[&get_customer {}]);
/// inventory::submit! { Discoverable::new::<get_customer, App>(&__TOOL_DISCOVERED) }
/// ```
///
/// The list is located at the state, so that rustc underlines it when it does not provide what the tool borrows. What of
/// this is unsafe stands in inventory's macro, where the lints of the user's crate do not look.
pub(super) fn expand(tool: &ToolFn<'_>) -> TokenStream {
    let Some(state) = &tool.discover else {
        return TokenStream::new();
    };
    let (first, last) = ends(state);
    let there = private(first);
    let ty = &tool.ty;
    let value = Ident::new(&ty.to_string(), ty.span().located_at(first));
    let braces = braces(last);
    let value = quote_spanned!(first=> &#value #braces);
    let list = quote_spanned!(first=> #there::ToolList::new(&[#value]));
    let private = private(Span::call_site());
    quote! {
        static __TOOL_DISCOVERED: fn() -> #private::ToolList<#state> = || #list;
        #private::inventory::submit! {
            #private::Discoverable::new::<#ty, #state>(&__TOOL_DISCOVERED)
        }
    }
}
