//! Beside errors: what keeps one mistake from becoming many, and completion alive while a line is half typed.

use proc_macro2::{Span, TokenStream};
use quote::quote;

use super::{marker, named};
use crate::errors::Errors;
use crate::model::plain;
use crate::parse::item::ItemFn;
use crate::runtime_path::private;

/// `#[tool]` on something else: the item stays as it is.
pub(super) fn not_a_function(item: TokenStream, error: syn::Error) -> TokenStream {
    let mut errors = Errors::default();
    match syn::parse2::<syn::Item>(item.clone()) {
        Ok(_) => errors.push(
            &item,
            "`#[tool]` goes on a function: `#[tool] async fn get_customer(…) { … }`",
        ),
        Err(_) => errors.push_syn(error),
    }
    let errors = errors.into_compile_errors();
    quote!(#errors #item)
}

/// The function as written, and a tool of its name that `tools!` accepts.
pub(super) fn stub(errors: Errors, item: &ItemFn) -> TokenStream {
    let errors = errors.into_compile_errors();
    let function = item.without_parameter_attributes();
    if item.sig.receiver().is_some() {
        // Inside an `impl` no type may stand beside a method.
        return quote!(#errors #function);
    }
    let private = private(Span::call_site());
    let marker = marker(item);
    let cfgs = item.cfgs();
    let ident = &item.sig.ident;
    let named = named(ident, &plain(ident));
    quote! {
        #errors
        #function
        #marker
        #(#cfgs)*
        const _: () = {
            #named
            #[automatically_derived]
            impl<__ToolState: #private::State> #private::Tool<__ToolState> for #ident {
                fn definition(&self) -> #private::ToolDefinition {
                    ::core::unreachable!()
                }
                fn prepare(
                    &self,
                    _: &::core::primitive::str,
                    _: #private::CallContext,
                    _: #private::Arc<__ToolState>,
                ) -> #private::Prepared {
                    ::core::unreachable!()
                }
            }
        };
    }
}

/// `tools!` with a broken entry: an empty list stands in for it.
pub(super) fn empty_list(errors: Errors) -> TokenStream {
    let private = private(Span::call_site());
    let errors = errors.into_compile_errors();
    quote!({ #errors #private::ToolList::new(&[]) })
}
