//! One parameter: who gives its value, said in syntax.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{
    Attribute, FnArg, Ident, Lifetime, Pat, PatType, Receiver, ReceiverKind, Signature, Type,
    TypeReference,
};

use super::borrow::{borrow, contains, owned, short_lived};
use super::toolset::Owner;
use super::{plain, spelled};
use crate::errors::Errors;
use crate::parse::doc;
use crate::parse::item::is_lint;

pub(crate) struct Param {
    pub(crate) ident: Ident,
    pub(crate) role: Role,
}

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
    /// The member of its name.
    Member {
        /// An expression.
        description: TokenStream,
    },
    /// `#[arg(flatten)]`: the whole object.
    Whole,
}

impl Param {
    fn is_argument(&self) -> bool {
        matches!(self.role, Role::Argument { .. })
    }

    pub(super) fn is_whole(&self) -> bool {
        let Role::Argument { shape, .. } = &self.role else {
            return false;
        };
        matches!(shape, Shape::Whole)
    }
}

/// The whole object leaves nothing for another argument.
fn refuse_beside_whole(params: &[Param], errors: &mut Errors) {
    let Some(whole) = params.iter().find(|param| param.is_whole()) else {
        return;
    };
    let others = params
        .iter()
        .filter(|param| param.is_argument() && param.ident != whole.ident);
    for other in others {
        errors.push(
            &other.ident,
            format_args!(
                "`#[arg(flatten)] {}` takes all arguments; make `{}` a field of its type",
                plain(&whole.ident),
                plain(&other.ident)
            ),
        );
    }
}

pub(super) fn read(sig: &Signature, owner: Option<&Owner>, errors: &mut Errors) -> Vec<Param> {
    let params: Vec<Param> = sig
        .inputs
        .iter()
        .filter_map(|input| match (input, owner) {
            (FnArg::Receiver(receiver), Some(owner)) => self_parameter(receiver, owner, errors),
            (FnArg::Receiver(_), None) => None,
            (FnArg::Typed(typed), owner) => {
                let mut typed = typed.clone();
                if let Some(owner) = owner {
                    *typed.ty = owner.named(&typed.ty);
                }
                one(&typed, errors)
            }
        })
        .collect();
    refuse_beside_whole(&params, errors);
    params
}

/// `&self`: the toolbox's state.
fn self_parameter(receiver: &Receiver, owner: &Owner, errors: &mut Errors) -> Option<Param> {
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
    Some(Param {
        ident: Ident::new("self", receiver.self_token.span()),
        role: Role::State {
            ty: owner.ty.clone(),
        },
    })
}

fn one(typed: &PatType, errors: &mut Errors) -> Option<Param> {
    let Some(ident) = ident(&typed.pat, errors) else {
        marker(&typed.attrs, errors);
        return None;
    };
    let ty = written(&typed.ty);
    let role = match marker(&typed.attrs, errors) {
        Some(Marker::State) => {
            refuse_docs(&typed.attrs, "state", errors);
            state(&ident, ty, errors)?
        }
        Some(Marker::Context) => {
            refuse_docs(&typed.attrs, "the call's context", errors);
            context(&ident, ty, errors)?
        }
        Some(Marker::Flatten) => {
            refuse_docs_of_whole(&typed.attrs, errors);
            argument(&ident, ty, |_| Shape::Whole, errors)?
        }
        None => argument(
            &ident,
            ty,
            |errors| member(&ident, &typed.attrs, errors),
            errors,
        )?,
    };
    Some(Param { ident, role })
}

/// The type without the invisible brackets in which `macro_rules!` hands over a `$type:ty`.
pub(super) fn written(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => written(&group.elem),
        ty => ty,
    }
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

enum Marker {
    State,
    Context,
    Flatten,
}

/// The parameter's role, with every attribute accounted for: none is dropped in silence.
fn marker(attrs: &[Attribute], errors: &mut Errors) -> Option<Marker> {
    let mut marker = None;
    for attr in attrs {
        if doc::is_doc(attr) || is_lint(attr) {
            continue;
        }
        let found = if attr.path().is_ident("state") {
            Marker::State
        } else if attr.path().is_ident("context") {
            Marker::Context
        } else if is_flatten(attr) {
            Marker::Flatten
        } else if is_conditional(attr) {
            errors.push(
                attr,
                "a tool's parameters do not depend on `cfg`; write two functions, each with its own `#[cfg(…)]`",
            );
            continue;
        } else {
            let path = attr.path().to_token_stream().to_string().replace(' ', "");
            errors.push(
                attr,
                format_args!("attribute `{path}` is not yet supported on a tool's parameter; a parameter takes `///`, `#[state]`, `#[context]` or `#[arg(flatten)]`"),
            );
            continue;
        };
        let flatten = matches!(found, Marker::Flatten);
        if !flatten && !matches!(attr.meta, syn::Meta::Path(_)) {
            errors.push(
                attr,
                "this attribute stands alone, as in `#[state] db: &Db`",
            );
        }
        if marker.is_some() {
            errors.push(
                attr,
                "a parameter has one role; keep `#[state]`, `#[context]` or `#[arg(flatten)]`",
            );
        } else {
            marker = Some(found);
        }
    }
    marker
}

/// What rustc leaves unread on a parameter until the macro is done.
fn is_conditional(attr: &Attribute) -> bool {
    attr.path().is_ident("cfg") || attr.path().is_ident("cfg_attr")
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

/// `#[arg(flatten)]`.
fn is_flatten(attr: &Attribute) -> bool {
    attr.path().is_ident("arg")
        && attr
            .parse_args::<Ident>()
            .is_ok_and(|option| option == "flatten")
}

fn refuse_docs_of_whole(attrs: &[Attribute], errors: &mut Errors) {
    if let Some(doc) = attrs.iter().find(|attr| doc::is_doc(attr)) {
        errors.push(
            doc,
            "the whole object has no description of its own; write `///` above the fields of its type",
        );
    }
}

/// A member of the arguments, which the model knows by its description.
fn member(ident: &Ident, attrs: &[Attribute], errors: &mut Errors) -> Shape {
    let description = doc::text(attrs);
    // Behind a `cfg_attr`, which is refused, may stand whatever is missing here.
    if description.is_none() && !attrs.iter().any(is_conditional) {
        let name = plain(ident);
        errors.push(
            ident,
            format_args!(
                "the model needs a description of `{name}`; write `/// What it is.` above it"
            ),
        );
    }
    Shape::Member {
        description: description.unwrap_or_default(),
    }
}

fn argument(
    ident: &Ident,
    ty: &Type,
    shape: impl FnOnce(&mut Errors) -> Shape,
    errors: &mut Errors,
) -> Option<Role> {
    let name = plain(ident);
    let tokens = ty.to_token_stream();
    if contains(
        tokens,
        &|token| matches!(token, TokenTree::Ident(ident) if ident == "impl"),
    ) {
        errors.push(
            ty,
            format_args!("an argument needs a concrete type, since its schema is made from it; write `{name}: String`, or the type you expect"),
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
    if let Some((lifetime, lasting)) = short_lived(tokens)
        && lifetime.to_string() != "'_"
    {
        errors.push(
            lifetime,
            format_args!(
                "an argument is read from the call, and nothing in it is borrowed from elsewhere; write `{}`",
                spelled(&lasting)
            ),
        );
        return None;
    }
    Some(Role::Argument {
        ty: ty.clone(),
        borrowed,
        shape: shape(errors),
    })
}

fn state(ident: &Ident, ty: &Type, errors: &mut Errors) -> Option<Role> {
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
                    "state is borrowed; write `#[state] {name}: &{}`",
                    spelled(other)
                ),
            );
            None
        }
    }
}

fn context(ident: &Ident, ty: &Type, errors: &mut Errors) -> Option<Role> {
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
