//! The parameters: what is said of each, and which do not go together.

use quote::ToTokens;
use syn::{Attribute, FnArg, Ident, Pat, PatType, PathArguments, PathSegment, Signature, Type};

use super::arg::{self, Member};
use super::marker::{self, Marker};
use super::role::{self, Role, Shape};
use super::toolset::Owner;
use super::{plain, spelled, written};
use crate::errors::Errors;
use crate::parse::doc;

pub(crate) struct Param {
    pub(crate) ident: Ident,
    pub(crate) role: Role,
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

pub(super) fn read(sig: &Signature, owner: Option<&Owner>, errors: &mut Errors) -> Vec<Param> {
    let params: Vec<Param> = sig
        .inputs
        .iter()
        .filter_map(|input| match (input, owner) {
            (FnArg::Receiver(receiver), Some(owner)) => Some(Param {
                ident: Ident::new("self", receiver.self_token.span),
                role: role::self_parameter(receiver, owner, errors)?,
            }),
            (FnArg::Receiver(_), None) => None,
            (FnArg::Typed(typed), Some(owner)) => one(&owner.named(typed), errors),
            (FnArg::Typed(typed), None) => one(typed, errors),
        })
        .collect();
    refuse_beside_whole(&params, errors);
    refuse_one_name(&params, errors);
    params
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
            role::state(&ident, ty, errors)?
        }
        Some(Marker::Context) => {
            refuse_docs(&typed.attrs, "the call's context", errors);
            arg::refuse_options(&typed.attrs, no_argument, errors);
            role::context(&ident, ty, errors)?
        }
        Some(Marker::Flatten) => {
            refuse_docs_of_whole(&typed.attrs, errors);
            arg::refuse_options(&typed.attrs, no_member, errors);
            role::argument(&ident, ty, |_| Shape::Whole, errors)?
        }
        None => role::argument(
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
    if member.rename.is_none()
        && let Some(problem) = arg::illegal_name(&plain(ident))
    {
        errors.push(
            ident,
            format_args!(
                "{problem}; write `#[arg(rename = \"…\")]`, which leaves the parameter its name"
            ),
        );
    }
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
