//! One parameter: who gives its value, said in syntax.

use proc_macro2::{Span, TokenTree};
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{
    Attribute, FnArg, Ident, Lifetime, Pat, PatType, PathArguments, PathSegment, Receiver,
    ReceiverKind, Signature, Type, TypeReference,
};

use super::arg::{self, Member};
use super::borrow::{borrow, contains, owned, short_lived};
use super::marker::{self, Marker};
use super::toolset::Owner;
use super::{plain, spelled};
use crate::errors::Errors;
use crate::parse::doc;
use crate::parse::item::{is_lint, is_unsized};

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
    /// A member.
    Member(Box<Member>),
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

    /// The name under which the model sends it.
    pub(crate) fn name(&self) -> String {
        match self.member().and_then(|member| member.rename.as_ref()) {
            Some(name) => name.value(),
            None => plain(&self.ident),
        }
    }

    /// Whether the model may send it as `name` too.
    pub(super) fn has_alias(&self, name: &str) -> bool {
        let aliases = self.member().into_iter().flat_map(|member| &member.aliases);
        aliases.into_iter().any(|alias| alias.value() == name)
    }

    /// What is said of it, if it is one of the arguments' members.
    pub(super) fn member(&self) -> Option<&Member> {
        match &self.role {
            Role::Argument {
                shape: Shape::Member(member),
                ..
            } => Some(member),
            _ => None,
        }
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
            (FnArg::Typed(typed), Some(owner)) => one(&owner.named(typed), errors),
            (FnArg::Typed(typed), None) => one(typed, errors),
        })
        .collect();
    refuse_beside_whole(&params, errors);
    refuse_one_name(&params, errors);
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

/// A name names one argument, be it its own or an alias.
fn refuse_one_name(params: &[Param], errors: &mut Errors) {
    let mut names: Vec<(String, &Param)> = Vec::new();
    for param in params {
        let Some(member) = param.member() else {
            continue;
        };
        let own = match &member.rename {
            Some(rename) => rename.to_token_stream(),
            None => param.ident.to_token_stream(),
        };
        let aliases = member.aliases.iter();
        let aliases = aliases.map(|alias| (alias.value(), alias.to_token_stream()));
        for (name, tokens) in [(param.name(), own)].into_iter().chain(aliases) {
            match names.iter().find(|(earlier, _)| *earlier == name) {
                Some((_, earlier)) if earlier.ident == param.ident => errors.push(
                    tokens,
                    format_args!("`{}` is named `{name}` already; remove this", plain(&param.ident)),
                ),
                Some((_, earlier)) => errors.push(
                    tokens,
                    format_args!(
                        "`{}` is sent as `{name}` too; give `{}` another name, as in `#[arg(rename = \"…\")]`",
                        plain(&earlier.ident),
                        plain(&param.ident)
                    ),
                ),
                None => names.push((name, param)),
            }
        }
    }
}

fn one(typed: &PatType, errors: &mut Errors) -> Option<Param> {
    let Some(ident) = ident(typed, errors) else {
        marker::read(typed, errors);
        return None;
    };
    let ty = written(&typed.ty);
    let marked = marker::read(typed, errors);
    let role = match marked.role {
        Some(Marker::State) => {
            refuse_docs(&typed.attrs, "state", errors);
            arg::refuse_options(&typed.attrs, no_argument, errors);
            state(&ident, ty, errors)?
        }
        Some(Marker::Context) => {
            refuse_docs(&typed.attrs, "the call's context", errors);
            arg::refuse_options(&typed.attrs, no_argument, errors);
            context(&ident, ty, errors)?
        }
        Some(Marker::Flatten) => {
            refuse_docs_of_whole(&typed.attrs, errors);
            arg::refuse_options(&typed.attrs, no_member, errors);
            argument(&ident, ty, |_| Shape::Whole, errors)?
        }
        None => argument(
            &ident,
            ty,
            |errors| member(&ident, typed, marked.hides_description, errors),
            errors,
        )?,
    };
    Some(Param { ident, role })
}

/// Why `#[state]` and `#[context]` have no options.
fn no_argument(option: &str) -> String {
    format!(
        "`{option}` is about an argument, and the model sends none here; remove it, or `#[state]` and `#[context]`"
    )
}

/// Why the whole object has no options.
fn no_member(option: &str) -> String {
    format!(
        "`{option}` is about one argument, and `flatten` takes all; put it on a field of the type"
    )
}

/// The type without the invisible brackets in which `macro_rules!` hands over a `$type:ty`.
pub(super) fn written(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => written(&group.elem),
        ty => ty,
    }
}

fn ident(parameter: &PatType, errors: &mut Errors) -> Option<Ident> {
    match &*parameter.pat {
        Pat::Ident(pat) if pat.by_ref.is_none() && pat.subpat.is_none() => Some(pat.ident.clone()),
        pat => {
            errors.push(
                pat,
                format_args!(
                    "the model calls a parameter by its name, and `{}` is none; write `name: {}` and take it apart in the body",
                    spelled(pat),
                    spelled(&parameter.ty)
                ),
            );
            None
        }
    }
}

fn refuse_docs(attrs: &[Attribute], role: &str, errors: &mut Errors) {
    if let Some(doc) = attrs.iter().find(|attr| doc::is_doc(attr)) {
        errors.push(
            doc,
            format_args!(
                "the model never sees {role}; write `//` instead of `///` for the reader of the code"
            ),
        );
    }
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
fn member(ident: &Ident, parameter: &PatType, hidden: bool, errors: &mut Errors) -> Shape {
    let member = arg::read(&parameter.attrs, errors);
    if member.description.is_empty() && !hidden {
        let name = plain(ident);
        let meant = unmarked(&name, &parameter.ty).unwrap_or_default();
        errors.push(
            ident,
            format_args!(
                "the model needs a description of `{name}`; write `/// What it is.` above it{meant}"
            ),
        );
    }
    Shape::Member(Box::new(member))
}

/// What an argument without a description may have been meant as. A guess, so that it only adds to an error.
fn unmarked(name: &str, ty: &Type) -> Option<String> {
    let (ty, borrowed) = match written(ty) {
        Type::Reference(reference) => (written(&reference.elem), true),
        ty => (ty, false),
    };
    let last = last(ty)?;
    let lent = match last.ident.to_string().as_str() {
        "CallContext" => {
            return Some(format!(
                ", or `#[context] {name}: &CallContext` for the call's own"
            ));
        }
        "str" | "String" | "Path" | "PathBuf" => return None,
        "Arc" => match &last.arguments {
            PathArguments::AngleBracketed(inner) => spelled(&inner.args),
            _ => return None,
        },
        _ if borrowed => spelled(ty),
        _ => return None,
    };
    Some(format!(
        ", or `#[state] {name}: &{lent}` if the program provides it"
    ))
}

fn last(ty: &Type) -> Option<&PathSegment> {
    match ty {
        Type::Path(ty) => ty.path.segments.last(),
        _ => None,
    }
}

fn argument(
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

fn state(ident: &Ident, ty: &Type, errors: &mut Errors) -> Option<Role> {
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
