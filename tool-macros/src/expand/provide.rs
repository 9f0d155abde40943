//! `#[derive(Provide)]`.

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{DeriveInput, GenericArgument, Ident, PathArguments, Type, TypeParamBound};

use crate::errors::Errors;
use crate::model::{spelled, written};
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
    let impls = lent.iter().map(|lent| implement(&input, lent));
    quote! {
        #errors
        #[allow(unused_imports, unused_qualifications)]
        const _: () = {
            #import
            #(#impls)*
        };
    }
}

/// What a tool may borrow, and by which field.
struct Lent<'a> {
    field: &'a Field,
    ty: Type,
    /// Whether the field points to it.
    behind: bool,
}

/// Of two fields of one type a tool could not say which it means; the first stays, so that tools find what they need and
/// one mistake is one error.
fn lent<'a>(fields: &'a [Field], input: &DeriveInput, errors: &mut Errors) -> Vec<Lent<'a>> {
    let mut lent: Vec<Lent<'_>> = Vec::new();
    for field in fields {
        for by_field in lent_by(field, input) {
            let name = spelled(&by_field.ty);
            let Some(earlier) = lent.iter().find(|earlier| spelled(&earlier.ty) == name) else {
                lent.push(by_field);
                continue;
            };
            errors.push(
                &field.ty,
                format_args!(
                    "`{}` lends `{name}` already, as `{}`, and a tool could not say which it means; give one a type of its own, or write `#[provide(skip)]` above it",
                    input.ident,
                    earlier.field.member.to_token_stream()
                ),
            );
            break;
        }
    }
    lent
}

/// An `Arc<Db>` is also the `Db`, which is what most tools ask for.
fn lent_by<'a>(field: &'a Field, input: &DeriveInput) -> Vec<Lent<'a>> {
    let lent = |ty: &Type, behind| Lent {
        field,
        ty: ty.clone(),
        behind,
    };
    match &field.lends {
        Lends::Nothing => Vec::new(),
        // A pointer to a trait object lends what it points to.
        Lends::As(object) => vec![lent(object, has_object(field.ty.to_token_stream()))],
        Lends::Itself => {
            let mut both = vec![lent(&field.ty, false)];
            // Every type provides itself already.
            let shared = shared(&field.ty).filter(|ty| !is_named(ty, &input.ident));
            both.extend(shared.map(|ty| lent(ty, true)));
            both
        }
    }
}

/// The `Db` of an `Arc<Db>`, by its spelling: the macro does not see what is behind another name.
fn shared(ty: &Type) -> Option<&Type> {
    let Type::Path(ty) = written(ty) else {
        return None;
    };
    let last = ty.path.segments.last().filter(|last| last.ident == "Arc")?;
    match &last.arguments {
        PathArguments::AngleBracketed(arguments) if arguments.args.len() == 1 => {
            match arguments.args.first() {
                Some(GenericArgument::Type(ty)) => Some(ty),
                _ => None,
            }
        }
        _ => None,
    }
}

fn is_named(ty: &Type, ident: &Ident) -> bool {
    let Type::Path(ty) = written(ty) else {
        return false;
    };
    let last = ty.path.segments.last();
    last.is_some_and(|last| last.ident == *ident || last.ident == "Self")
}

/// Located at the field's type, where rustc reports what the macro cannot see: two names of one type.
fn implement(input: &DeriveInput, lent: &Lent<'_>) -> TokenStream {
    let span = lent.field.ty.span();
    let private = private(span);
    let ident = &input.ident;
    let member = &lent.field.member;
    let (generics, arguments, clause) = input.generics.split_for_impl();
    let ty = lasting(&lent.ty);
    let value = match lent.behind {
        true => quote_spanned!(span=> &*self.#member),
        false => quote_spanned!(span=> &self.#member),
    };
    quote_spanned! {span=>
        #[automatically_derived]
        impl #generics #private::Provide<#ty> for #ident #arguments #clause {
            fn provide(&self) -> &#ty {
                #value
            }
        }
    }
}

/// A trait object that is borrowed would be as short-lived as the borrow if it did not say otherwise.
fn lasting(ty: &Type) -> TokenStream {
    match written(ty) {
        Type::TraitObject(object) => {
            let mut bounds = object.bounds.iter();
            match bounds.any(|bound| matches!(bound, TypeParamBound::Lifetime(_))) {
                true => quote!((#object)),
                false => quote!((#object + 'static)),
            }
        }
        ty => quote!(#ty),
    }
}

fn has_object(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == "dyn",
        TokenTree::Group(group) => has_object(group.stream()),
        _ => false,
    })
}
