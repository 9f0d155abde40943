//! Whether a call needs approval, worked out from its arguments.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Ident;
use syn::spanned::Spanned;

use super::tool_impl::slot;
use crate::model::{Approval, Role, ToolFn};
use crate::runtime_path::private;

/// ```text
/// let __tool_approval: bool = {
///     let amount: &u64 = &__tool_0;
///     *amount > 100
/// };
/// ```
///
/// An argument has the type in it that it has in the function, or is a reference to that.
pub(super) fn expand(tool: &ToolFn<'_>) -> Option<TokenStream> {
    let condition = match tool.approval.as_ref()? {
        Approval::Always => return Some(quote!(let __tool_approval = true;)),
        Approval::If(condition) => condition,
    };
    let arguments = tool.params.iter().filter_map(|param| match &param.role {
        Role::Argument { ty, borrowed, .. } => Some((&param.ident, ty, *borrowed)),
        Role::State { .. } | Role::Context { .. } => None,
    });
    let lent = arguments.enumerate().map(|(index, (name, ty, borrowed))| {
        let slot = slot(index);
        let private = private(ty.span());
        match borrowed {
            true => quote_spanned! {ty.span()=>
                #[allow(unused_variables)]
                let #name = <#ty as #private::Borrowed>::borrowed(&#slot);
            },
            false => quote! {
                #[allow(unused_variables)]
                let #name = &#slot;
            },
        }
    });
    let decided = Ident::new(
        "__tool_approval",
        Span::call_site().located_at(condition.span()),
    );
    Some(quote! {
        let #decided: ::core::primitive::bool = {
            #(#lent)*
            #condition
        };
    })
}
