//! Beside errors: what keeps one mistake from becoming many, and completion alive while a line is half typed.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Ident, Visibility};

use super::tool_impl::generic;
use super::{Subject, marker, named};
use crate::errors::Errors;
use crate::model::{Rejected, check, plain};
use crate::parse::item::ItemFn;
use crate::runtime_path::{RuntimePath, private};

/// `#[tool]` on something else: the item stays as it is.
pub(super) fn not_a_function(item: TokenStream, error: syn::Error) -> TokenStream {
    let mut errors = Errors::default();
    match keyword.parse2(item.clone()) {
        Ok(keyword) if syn::parse2::<syn::Item>(item.clone()).is_ok() => errors.push(
            keyword,
            "`#[tool]` goes on a function: `#[tool] async fn get_customer(…) { … }`",
        ),
        _ => errors.push_syn(error),
    }
    let errors = errors.into_compile_errors();
    quote!(#errors #item)
}

/// `#[toolset]` on something else, or on a block that could not be read: it stays as it is, but for our attributes.
pub(super) fn not_an_impl(item: TokenStream, error: Option<syn::Error>) -> TokenStream {
    let mut errors = Errors::default();
    match (error, keyword.parse2(item.clone())) {
        (Some(error), _) => errors.push_syn(error),
        (None, Ok(keyword)) => errors.push(
            keyword,
            "`#[toolset]` goes on an `impl` block: `#[toolset] impl Desk { … }`",
        ),
        (None, Err(error)) => errors.push_syn(error),
    }
    let errors = errors.into_compile_errors();
    quote!(#errors #item)
}

/// What an item begins with: `struct`, `impl`, `const`.
fn keyword(input: ParseStream) -> syn::Result<TokenTree> {
    input.call(Attribute::parse_outer)?;
    input.parse::<Visibility>()?;
    let keyword = input.parse()?;
    input.parse::<TokenStream>()?;
    Ok(keyword)
}

/// The function as written, and a tool of its name that `tools!` accepts.
pub(super) fn stub(rejected: Rejected, item: &ItemFn) -> TokenStream {
    let Rejected {
        errors,
        ty,
        runtime,
        ..
    } = rejected;
    let errors = errors.into_compile_errors();
    let item = &item.mended();
    let function = item.without_parameter_attributes();
    // Inside an `impl` no type may stand beside a method, and one of Rust's own names would be shadowed.
    if item.sig.receiver().is_some() || check::is_taken(&ty) {
        return quote!(#errors #function);
    }
    let tool = stub_of(item, &ty, &runtime);
    quote!(#errors #function #tool)
}

/// A tool that is none, so that what lists it is no error.
pub(super) fn stub_of(item: &ItemFn, ty: &Ident, runtime: &RuntimePath) -> TokenStream {
    let import = runtime.import();
    let private = private(Span::call_site());
    let marker = marker(item, ty);
    let generic = generic(&item.sig.to_token_stream(), ty);
    let cfgs = item.cfgs();
    let name = plain(&item.sig.ident);
    let named = named(&Subject::plain(ty), &name, Span::call_site());
    quote! {
        #marker
        #(#cfgs)*
        const _: () = {
            #import
            #named
            #[automatically_derived]
            impl<#generic: #private::State> #private::Tool<#generic> for #ty {
                fn definition(&self) -> #private::ToolDefinition {
                    ::core::unreachable!()
                }
                fn prepare(
                    &self,
                    _: &::core::primitive::str,
                    _: #private::CallContext,
                    _: #private::Arc<#generic>,
                ) -> #private::Prepared {
                    ::core::unreachable!()
                }
            }
        };
    }
}

/// `tools!` with a broken entry: an empty list stands in for it.
pub(super) fn empty_list(errors: Errors, runtime: &RuntimePath, macro_rules: Span) -> TokenStream {
    let import = runtime.import();
    let private = private(macro_rules);
    let errors = errors.into_compile_errors();
    quote_spanned!(macro_rules=> { #errors #import #private::ToolList::new(&[]) })
}
