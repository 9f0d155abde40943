//! Who gives a parameter its value: the model, the program or the runtime.

use proc_macro2::{Span, TokenTree};
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{Ident, Lifetime, Receiver, ReceiverKind, Type, TypeReference};

use super::arg::Member;
use super::borrow::{borrow, contains, owned, short_lived};
use super::toolset::Owner;
use super::{plain, spelled, written};
use crate::errors::Errors;
use crate::parse::item::{is_lint, is_unsized};

/// Who gives the parameter's value.
pub(crate) enum Role {
    /// The model, as this type; if `borrowed`, the function takes a reference to it.
    Argument {
        ty: Type,
        borrowed: bool,
        shape: Shape,
    },
    /// The program: the type behind the reference.
    State { ty: Type },
    /// The runtime: `&CallContext`.
    Context { span: Span },
}

/// Which part of the arguments a parameter is.
pub(crate) enum Shape {
    /// A member.
    Member(Box<Member>),
    /// `#[arg(flatten)]`: the whole object.
    Whole,
}

/// `&self`: the toolbox's state.
pub(super) fn self_parameter(
    receiver: &Receiver,
    owner: &Owner,
    errors: &mut Errors,
) -> Option<Role> {
    for attr in receiver.attrs.iter().filter(|attr| !is_lint(attr)) {
        errors.push(attr, "`&self` is the state already; remove this attribute");
    }
    let is_static = |lifetime: &Lifetime| lifetime.ident == "static";
    let shared = match &receiver.kind {
        ReceiverKind::Reference(_, lifetime, None) => !lifetime.as_ref().is_some_and(is_static),
        ReceiverKind::Typed(_, ty) => {
            matches!(&**ty, Type::Reference(ty) if ty.mutability.is_none() && spelled(&ty.elem) == "Self")
        }
        _ => false,
    };
    if !shared {
        errors.push(
            receiver,
            "calls that run at once share the state; write `&self`, and put what changes into a lock or an atomic",
        );
        return None;
    }
    Some(Role::State {
        ty: owner.ty.clone(),
    })
}

pub(super) fn argument(
    ident: &Ident,
    ty: &Type,
    shape: impl FnOnce(&mut Errors) -> Shape,
    errors: &mut Errors,
) -> Option<Role> {
    let name = plain(ident);
    if is_opaque(ty) {
        errors.push(
            ty,
            format_args!("an argument needs a concrete type, since its schema is made from it; write `{name}: String`, or the type you expect"),
        );
        return None;
    }
    if is_unsized(ty) {
        errors.push(
            ty,
            format_args!(
                "an argument has a size, and `{0}` has none; write `{name}: &{0}`",
                spelled(ty)
            ),
        );
        return None;
    }
    let (ty, borrowed) = match ty {
        Type::Reference(reference) => (borrow(&name, reference, errors)?, true),
        ty => (ty, false),
    };
    let tokens = ty.to_token_stream();
    if contains(
        tokens.clone(),
        &|token| matches!(token, TokenTree::Punct(punct) if punct.as_char() == '&'),
    ) {
        let owned = spelled(&owned(tokens));
        let and = if borrowed { "&" } else { "" };
        errors.push(
            ty,
            format_args!("inside another type an argument is owned; write `{name}: {and}{owned}`"),
        );
        return None;
    }
    let mut ty = ty.clone();
    if let Some((lifetime, lasting)) = short_lived(tokens) {
        if lifetime.to_string() != "'_" {
            errors.push(
                lifetime,
                format_args!(
                    "an argument is read from the call, and nothing in it is borrowed from elsewhere; write `{}`",
                    spelled(&lasting)
                ),
            );
            return None;
        }
        // What is left out in a signature has to be said in items of ours, such as a default's function.
        ty = errors.keep(syn::parse2(lasting))?;
    }
    Some(Role::Argument {
        ty,
        borrowed,
        shape: shape(errors),
    })
}

fn names_impl(ty: &Type) -> bool {
    let is_impl = |token: &TokenTree| matches!(token, TokenTree::Ident(ident) if ident == "impl");
    contains(ty.to_token_stream(), &is_impl)
}

/// Whether the type names a trait and not a type. `Box<dyn Shape>` is one that can be read.
fn is_opaque(ty: &Type) -> bool {
    match ty {
        Type::Reference(reference) => is_opaque(written(&reference.elem)),
        Type::Paren(inner) => is_opaque(&inner.elem),
        Type::TraitObject(_) => true,
        ty => names_impl(ty),
    }
}

pub(super) fn state(ident: &Ident, ty: &Type, errors: &mut Errors) -> Option<Role> {
    if names_impl(ty) {
        errors.push(
            ty,
            format_args!(
                "state is found by its type; write `#[state] {}: &Db` with the type instead of `{}`",
                plain(ident),
                spelled(ty)
            ),
        );
        return None;
    }
    match ty {
        Type::Reference(TypeReference {
            mutability: None,
            lifetime: Some(lifetime),
            elem,
            ..
        }) if lifetime.ident == "static" => {
            errors.push(
                lifetime,
                format_args!(
                    "state is borrowed for the length of the call; write `&{}`",
                    spelled(elem)
                ),
            );
            None
        }
        Type::Reference(TypeReference {
            mutability: None,
            elem,
            ..
        }) => {
            if let Some((lifetime, lasting)) = short_lived(elem.to_token_stream()) {
                errors.push(
                    lifetime,
                    format_args!(
                        "a toolbox keeps its state, which therefore borrows nothing; own the data, or write `&{}`",
                        spelled(&lasting)
                    ),
                );
                return None;
            }
            Some(Role::State {
                ty: (**elem).clone(),
            })
        }
        Type::Reference(TypeReference {
            mutability, elem, ..
        }) => {
            errors.push(
                mutability,
                format_args!(
                    "state is shared by calls that run at once; write `{}: &{}`, and put what changes into a lock or an atomic",
                    plain(ident),
                    spelled(elem)
                ),
            );
            None
        }
        other => {
            let name = plain(ident);
            errors.push(
                other,
                format_args!(
                    "state is borrowed; write `#[state] {name}: &{}`",
                    spelled(&owned(other.to_token_stream()))
                ),
            );
            None
        }
    }
}

pub(super) fn context(ident: &Ident, ty: &Type, errors: &mut Errors) -> Option<Role> {
    match ty {
        Type::Reference(TypeReference {
            mutability: None,
            lifetime,
            ..
        }) if lifetime
            .as_ref()
            .is_none_or(|lifetime| lifetime.ident != "static") =>
        {
            Some(Role::Context { span: ty.span() })
        }
        _ => {
            errors.push(
                ty,
                format_args!(
                    "the context is borrowed for the length of the call; write `#[context] {}: &CallContext`",
                    plain(ident)
                ),
            );
            None
        }
    }
}
