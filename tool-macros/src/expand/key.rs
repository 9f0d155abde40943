//! `#[derive(Key)]`.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{DeriveInput, Member, Type};

use crate::errors::Errors;
use crate::model::form::{self, Form};
use crate::parse::runtime::runtime;
use crate::runtime_path::private;

/// ```text
/// const _: () = {
///     use ::tool_runtime::__private as __tool_private;
///     impl Key for CustomerId { … }
/// };
/// ```
pub(crate) fn derive(input: TokenStream) -> TokenStream {
    let input: DeriveInput = match syn::parse2(input) {
        Ok(input) => input,
        Err(error) => return error.to_compile_error(),
    };
    let mut errors = Errors::default();
    let import = runtime("key", &input.attrs, &mut errors).import();
    let (errors, key) = match form::read(&input, errors) {
        Ok(Form::Field { member, ty }) => (TokenStream::new(), newtype(&input, &member, &ty)),
        Ok(Form::Names(names)) => {
            let (variants, names): (Vec<_>, Vec<_>) = names.into_iter().unzip();
            (TokenStream::new(), enumeration(&input, &variants, &names))
        }
        Err(errors) => (errors.into_compile_errors(), stub(&input)),
    };
    quote! {
        #errors
        #[allow(unused_qualifications)]
        const _: () = {
            #import
            #key
        };
    }
}

/// ```text
/// impl Key for CustomerId {
///     fn write(&self, text: &mut KeyText) {
///         <u64 as Key>::write(&self.0, text);
///     }
/// }
/// ```
///
/// Located at the field's type, where rustc reports one that cannot stand in a key.
fn newtype(input: &DeriveInput, member: &Member, ty: &Type) -> TokenStream {
    let span = ty.span();
    let private = private(span);
    let bound = input
        .generics
        .type_params()
        .next()
        .map(|_| quote_spanned!(span=> #ty: #private::Key));
    let body = quote_spanned!(span=> <#ty as #private::Key>::write(&self.#member, __tool_text););
    implement(input, span, bound, body)
}

/// ```text
/// impl Key for Kind {
///     fn write(&self, text: &mut KeyText) {
///         text.text(match *self {
///             Self::Savings {} => "savings",
///         });
///     }
/// }
/// ```
fn enumeration(input: &DeriveInput, variants: &[syn::Ident], names: &[String]) -> TokenStream {
    let span = Span::call_site();
    let private = private(span);
    let body = quote! {
        #private::KeyText::text(__tool_text, match *self { #(Self::#variants {} => #names,)* });
    };
    implement(input, span, None, body)
}

/// Beside errors: the type can stand in a key, so that its holes are no errors of their own.
fn stub(input: &DeriveInput) -> TokenStream {
    implement(input, Span::call_site(), None, quote!(let _ = __tool_text;))
}

fn implement(
    input: &DeriveInput,
    span: Span,
    bound: Option<TokenStream>,
    body: impl ToTokens,
) -> TokenStream {
    let private = private(span);
    let ident = &input.ident;
    let mut generics = input.generics.clone();
    if let Some(bound) = bound {
        generics
            .make_where_clause()
            .predicates
            .push(syn::parse_quote!(#bound));
    }
    let (generics, arguments, clause) = generics.split_for_impl();
    quote_spanned! {span=>
        #[automatically_derived]
        #[allow(deprecated, unreachable_code)]
        impl #generics #private::Key for #ident #arguments #clause {
            fn write(&self, __tool_text: &mut #private::KeyText) {
                #body
            }
        }
    }
}
