//! One parameter: who gives its value, said in syntax.

use proc_macro2::{Span, TokenTree};
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{Attribute, FnArg, Ident, Pat, PatType, Signature, Type, TypeReference};

use super::arg::{self, Member};
use super::borrow::{borrow, contains, owned, short_lived};
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

pub(super) fn read(sig: &Signature, errors: &mut Errors) -> Vec<Param> {
    let params: Vec<Param> = sig
        .inputs
        .iter()
        .filter_map(|input| match input {
            FnArg::Receiver(_) => None,
            FnArg::Typed(typed) => one(typed, errors),
        })
        .collect();
    refuse_beside_whole(&params, errors);
    refuse_one_name(&params, errors);
    params
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
    let Some(ident) = ident(&typed.pat, errors) else {
        marker(&typed.attrs, errors);
        return None;
    };
    let ty = written(&typed.ty);
    let role = match marker(&typed.attrs, errors) {
        Some(Marker::State) => {
            refuse_docs(&typed.attrs, "state", errors);
            arg::refuse_options(&typed.attrs, NO_ARGUMENT, errors);
            state(&ident, ty, errors)?
        }
        Some(Marker::Context) => {
            refuse_docs(&typed.attrs, "the call's context", errors);
            arg::refuse_options(&typed.attrs, NO_ARGUMENT, errors);
            context(&ident, ty, errors)?
        }
        Some(Marker::Flatten) => {
            refuse_docs_of_whole(&typed.attrs, errors);
            arg::refuse_options(&typed.attrs, NO_MEMBER, errors);
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

/// Why `#[state]` and `#[context]` have no options.
const NO_ARGUMENT: &str = "only an argument has options, since the model sends nothing else; remove this, or `#[state]` and `#[context]`";

/// Why the whole object has no options.
const NO_MEMBER: &str = "`#[arg(flatten)]` takes all arguments, each of which has options of its own; put this on a field of the type";

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
        } else if arg::is_flatten(attr) {
            Marker::Flatten
        } else if arg::is_option(attr) {
            continue;
        } else if is_conditional(attr) {
            errors.push(
                attr,
                "a tool's parameters do not depend on `cfg`; write two functions, each with its own `#[cfg(…)]`",
            );
            continue;
        } else {
            let path = attr.path().to_token_stream().to_string().replace(' ', "");
            let message = match path.as_str() {
                "validate" | "garde" => format!(
                    "`{path}` is not read here; write the bound as `#[arg(range(min = 1))]`, `length(…)` or `pattern = \"…\"`"
                ),
                _ => format!(
                    "attribute `{path}` says nothing about a tool's parameter; it takes `///`, `#[state]`, `#[context]`, `#[arg(…)]`, `#[serde(…)]` and `#[schemars(…)]`"
                ),
            };
            errors.push(attr, message);
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
    let member = arg::read(attrs, errors);
    // Behind a `cfg_attr`, which is refused, may stand whatever is missing here.
    if member.description.is_empty() && !attrs.iter().any(is_conditional) {
        let name = plain(ident);
        errors.push(
            ident,
            format_args!(
                "the model needs a description of `{name}`; write `/// What it is.` above it"
            ),
        );
    }
    Shape::Member(Box::new(member))
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
