//! `#[derive(Provide)]`.

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{DeriveInput, Type};

use crate::errors::Errors;
use crate::model::spelled;
use crate::parse::fields::{self, Field, Lends};
use crate::parse::runtime::runtime;
use crate::runtime_path::private;

/// ```text
/// const _: () = {
///     use ::tool_runtime::__private as __tool_private;
///     impl Provide<Db> for App {
///         fn provide(&self) -> &Db {
///             &self.db
///         }
///     }
/// };
/// ```
pub(crate) fn derive(input: TokenStream) -> TokenStream {
    let input: DeriveInput = match syn::parse2(input) {
        Ok(input) => input,
        Err(error) => return error.to_compile_error(),
    };
    let mut errors = Errors::default();
    let runtime = runtime("provide", &input.attrs, &mut errors);
    let fields = fields::parse(&input, &mut errors);
    let lent = lent(&fields, &input, &mut errors);
    let errors = errors.into_compile_errors();
    let import = runtime.import();
    let impls = lent.iter().map(|(field, ty)| implement(&input, field, ty));
    quote! {
        #errors
        #[allow(unused_imports, unused_qualifications)]
        const _: () = {
            #import
            #(#impls)*
        };
    }
}

/// What is lent, and by which field. Of two fields of one type a tool could not say which it means; the first stays, so
/// that tools find what they need and one mistake is one error.
fn lent<'a>(
    fields: &'a [Field],
    input: &DeriveInput,
    errors: &mut Errors,
) -> Vec<(&'a Field, Type)> {
    let mut lent: Vec<(&Field, Type)> = Vec::new();
    for field in fields {
        let ty = match &field.lends {
            Lends::Itself => field.ty.clone(),
            Lends::As(object) => (**object).clone(),
            Lends::Nothing => continue,
        };
        let name = spelled(&ty);
        match lent.iter().find(|(_, earlier)| spelled(earlier) == name) {
            None => lent.push((field, ty)),
            Some((earlier, _)) => errors.push(
                &field.ty,
                format_args!(
                    "`{}` lends `{name}` already, as `{}`, and a tool could not say which it means; give one a type of its own, or write `#[provide(skip)]` above it",
                    input.ident,
                    earlier.member.to_token_stream()
                ),
            ),
        }
    }
    lent
}

/// Located at the field's type, where rustc reports what the macro cannot see: two names of one type.
fn implement(input: &DeriveInput, field: &Field, lent: &Type) -> TokenStream {
    let span = field.ty.span();
    let private = private(span);
    let ident = &input.ident;
    let member = &field.member;
    let (generics, arguments, clause) = input.generics.split_for_impl();
    let (lent, value) = match &field.lends {
        // A pointer to a trait object lends what it points to.
        Lends::As(_) if has_object(field.ty.to_token_stream()) => (
            quote!((#lent + 'static)),
            quote_spanned!(span=> &*self.#member),
        ),
        Lends::As(_) => (
            quote!((#lent + 'static)),
            quote_spanned!(span=> &self.#member),
        ),
        _ => (quote!(#lent), quote_spanned!(span=> &self.#member)),
    };
    quote_spanned! {span=>
        #[automatically_derived]
        impl #generics #private::Provide<#lent> for #ident #arguments #clause {
            fn provide(&self) -> &#lent {
                #value
            }
        }
    }
}

fn has_object(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == "dyn",
        TokenTree::Group(group) => has_object(group.stream()),
        _ => false,
    })
}
