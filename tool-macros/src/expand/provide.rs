//! `#[derive(Provide)]`.

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{DeriveInput, Type};

use crate::errors::Errors;
use crate::model::spelled;
use crate::parse::fields::{self, Field, Lends};
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
    let runtime = fields::runtime(&input.attrs, &mut errors);
    let fields = fields::parse(&input, &mut errors);
    let lent: Vec<(&Field, Type)> = fields
        .iter()
        .filter_map(|field| match &field.lends {
            Lends::Itself => Some((field, field.ty.clone())),
            Lends::As(object) => Some((field, (**object).clone())),
            Lends::Nothing => None,
        })
        .collect();
    refuse_twice(&lent, &input, &mut errors);
    if let Err(errors) = errors.finish(()) {
        return errors.into_compile_errors();
    }
    let import = runtime.import();
    let impls = lent.iter().map(|(field, ty)| implement(&input, field, ty));
    quote! {
        #[allow(unused_imports, unused_qualifications)]
        const _: () = {
            #import
            #(#impls)*
        };
    }
}

/// Of two fields of one type a tool could not say which it means.
fn refuse_twice(lent: &[(&Field, Type)], input: &DeriveInput, errors: &mut Errors) {
    for (index, (field, ty)) in lent.iter().enumerate() {
        let name = spelled(ty);
        let earlier = lent[..index]
            .iter()
            .find(|(_, earlier)| spelled(earlier) == name);
        if let Some((earlier, _)) = earlier {
            errors.push(
                &field.ty,
                format_args!(
                    "`{}` lends `{name}` already, as `{}`, and a tool could not say which it means; give one a type of its own, or write `#[provide(skip)]` above it",
                    input.ident,
                    earlier.member.to_token_stream()
                ),
            );
        }
    }
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
