//! One parameter: who gives its value, said in syntax.

use proc_macro2::Span;
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{Attribute, FnArg, Ident, Pat, PatType, Signature, Type, TypeReference};

use super::plain;
use crate::errors::Errors;
use crate::parse::doc;
use crate::parse::item::is_lint;

pub(crate) struct Param {
    pub(crate) ident: Ident,
    pub(crate) role: Role,
}

/// Who gives the parameter's value.
pub(crate) enum Role {
    /// The model, as this type.
    Argument { ty: Type, description: String },
    /// The program: the type behind the reference.
    State { ty: Type },
    /// The runtime: `&CallContext`.
    Context { span: Span },
}

pub(super) fn read(sig: &Signature, errors: &mut Errors) -> Vec<Param> {
    sig.inputs
        .iter()
        .filter_map(|input| match input {
            FnArg::Receiver(_) => None,
            FnArg::Typed(typed) => one(typed, errors),
        })
        .collect()
}

fn one(typed: &PatType, errors: &mut Errors) -> Option<Param> {
    let Some(ident) = ident(&typed.pat, errors) else {
        marker(&typed.attrs, errors);
        return None;
    };
    let role = match marker(&typed.attrs, errors) {
        Some(Marker::State(attr)) => {
            refuse_docs(&typed.attrs, "state", errors);
            state(&ident, &typed.ty, attr, errors)?
        }
        Some(Marker::Context) => {
            refuse_docs(&typed.attrs, "the call's context", errors);
            context(&ident, &typed.ty, errors)?
        }
        None => argument(&ident, typed, errors)?,
    };
    Some(Param { ident, role })
}

fn ident(pat: &Pat, errors: &mut Errors) -> Option<Ident> {
    match pat {
        Pat::Ident(pat) if pat.by_ref.is_none() && pat.subpat.is_none() => Some(pat.ident.clone()),
        _ => {
            errors.push(
                pat,
                "a tool's parameter is a plain name, since the model calls it by that name; write `name: Type` and take it apart in the body",
            );
            None
        }
    }
}

enum Marker<'a> {
    State(&'a Attribute),
    Context,
}

/// The parameter's role, with every attribute accounted for: none is dropped in silence.
fn marker<'a>(attrs: &'a [Attribute], errors: &mut Errors) -> Option<Marker<'a>> {
    let mut marker = None;
    for attr in attrs {
        if doc::is_doc(attr) || is_lint(attr) {
            continue;
        }
        let found = if attr.path().is_ident("state") {
            Marker::State(attr)
        } else if attr.path().is_ident("context") {
            Marker::Context
        } else {
            let path = attr.path().to_token_stream().to_string().replace(' ', "");
            errors.push(
                attr,
                format_args!("attribute `{path}` is not yet supported on a tool's parameter; a parameter takes `///`, `#[state]` or `#[context]`"),
            );
            continue;
        };
        if !matches!(attr.meta, syn::Meta::Path(_)) {
            errors.push(
                attr,
                "this attribute stands alone, as in `#[state] db: &Db`",
            );
        }
        if marker.is_some() {
            errors.push(
                attr,
                "a parameter has one role; keep `#[state]` or `#[context]`",
            );
        } else {
            marker = Some(found);
        }
    }
    marker
}

fn refuse_docs(attrs: &[Attribute], role: &str, errors: &mut Errors) {
    if let Some(doc) = attrs.iter().find(|attr| doc::is_doc(attr)) {
        errors.push(
            doc,
            format_args!(
                "the model never sees {role}; use `//` for a comment to the reader of the code"
            ),
        );
    }
}

fn argument(ident: &Ident, typed: &PatType, errors: &mut Errors) -> Option<Role> {
    let name = plain(ident);
    let ty = &*typed.ty;
    match ty {
        Type::Reference(reference) => {
            let target = reference.elem.to_token_stream();
            errors.push(
                ty,
                format_args!(
                    "an argument is an owned value for now; write `{name}: {}`, or `#[state] {name}: &{target}` if the program provides it",
                    owned(reference)
                ),
            );
            return None;
        }
        Type::ImplTrait(_) => {
            errors.push(
                ty,
                format_args!("an argument needs a concrete type, since its schema is made from it; write `{name}: String`, or the type you expect"),
            );
            return None;
        }
        _ => {}
    }
    let description = doc::text(&typed.attrs);
    if description.is_none() {
        errors.push(
            typed,
            format_args!(
                "the model needs a description of `{name}`; write `/// What it is.` above it"
            ),
        );
    }
    Some(Role::Argument {
        ty: ty.clone(),
        description: description.unwrap_or_default(),
    })
}

/// The owned form of a borrowed argument.
fn owned(reference: &TypeReference) -> String {
    match &*reference.elem {
        Type::Path(path) if path.path.is_ident("str") => "String".to_owned(),
        Type::Slice(slice) => format!("Vec<{}>", slice.elem.to_token_stream()),
        other => other.to_token_stream().to_string(),
    }
}

fn state(ident: &Ident, ty: &Type, attr: &Attribute, errors: &mut Errors) -> Option<Role> {
    match ty {
        Type::Reference(TypeReference {
            mutability: None,
            lifetime: None,
            elem,
            ..
        }) => Some(Role::State {
            ty: (**elem).clone(),
        }),
        Type::Reference(TypeReference {
            mutability: None,
            lifetime: Some(lifetime),
            ..
        }) => {
            errors.push(
                lifetime,
                "state is borrowed for the length of the call; leave the lifetime out",
            );
            None
        }
        Type::Reference(TypeReference { mutability, .. }) => {
            errors.push(
                mutability,
                "state is shared by calls that run at once; take `&` and put what changes into a lock or an atomic",
            );
            None
        }
        other => {
            let name = plain(ident);
            errors.push(
                other,
                format_args!(
                    "state is borrowed; write `{} {name}: &{}`",
                    attr.to_token_stream().to_string().replace(' ', ""),
                    other.to_token_stream()
                ),
            );
            None
        }
    }
}

fn context(ident: &Ident, ty: &Type, errors: &mut Errors) -> Option<Role> {
    match ty {
        Type::Reference(TypeReference {
            mutability: None, ..
        }) => Some(Role::Context { span: ty.span() }),
        _ => {
            errors.push(
                ty,
                format_args!(
                    "the context is borrowed; write `#[context] {}: &CallContext`",
                    plain(ident)
                ),
            );
            None
        }
    }
}
