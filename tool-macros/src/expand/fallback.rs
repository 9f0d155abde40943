//! Beside errors: what keeps one mistake from becoming many, and completion alive while a line is half typed.

use std::iter::once;

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Ident, Visibility};

use super::tool_impl::generic;
use super::{Subject, marker, named};
use crate::errors::Errors;
use crate::model::{Options, Rejected, check, plain};
use crate::parse::args;
use crate::parse::half_typed;
use crate::parse::item::ItemFn;
use crate::runtime_path::{RuntimePath, private};

/// `#[tool]` on something else, or on a function that cannot be read: the item stays as it is.
pub(super) fn unread(attribute: TokenStream, item: TokenStream, error: syn::Error) -> TokenStream {
    let mut errors = Errors::default();
    if let Some(item) = half_typed::read(item.clone()) {
        let options = Options::new(args::parse(attribute, &mut errors), &mut errors);
        let rejected = Rejected {
            errors,
            ty: options.ty.clone().unwrap_or_else(|| item.sig.ident.clone()),
            is_listed: true,
            runtime: options.runtime(),
        };
        return stub(rejected, &item);
    }
    match keyword.parse2(item.clone()) {
        Ok(Some(keyword)) => {
            let message = format!(
                "`#[tool]` goes on a function, not on `{keyword}`; write `#[tool] async fn get_customer(…) {{ … }}`"
            );
            errors.push(keyword, message);
        }
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
            keyword.map_or_else(|| item.clone(), TokenStream::from),
            "`#[toolset]` goes on an `impl` block: `#[toolset] impl Desk { … }`",
        ),
        (None, Err(error)) => errors.push_syn(error),
    }
    let errors = errors.into_compile_errors();
    quote!(#errors #item)
}

/// What an item begins with that is no function: `struct`, `impl`, `const`.
fn keyword(input: ParseStream) -> syn::Result<Option<TokenTree>> {
    input.call(Attribute::parse_outer)?;
    input.parse::<Visibility>()?;
    let keyword: TokenTree = input.parse()?;
    let rest: TokenStream = input.parse()?;
    let is_fn = |token: &TokenTree| matches!(token, TokenTree::Ident(ident) if ident == "fn");
    let qualifies = |token: &TokenTree| {
        matches!(token, TokenTree::Literal(_))
            || ["const", "async", "unsafe", "extern"].contains(&token.to_string().as_str())
    };
    let function = once(keyword.clone())
        .chain(rest)
        .find(|token| !qualifies(token))
        .is_some_and(|token| is_fn(&token));
    Ok((!function).then_some(keyword))
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
    // Inside an `impl` no type may stand beside a function, and one of Rust's own names would be shadowed.
    if item.is_associated() || check::is_taken(&ty) {
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
