//! How a tool runs, read off its signature.

use syn::{GenericArgument, Ident, PathArguments, ReturnType, Signature, Type, TypeParamBound};

use super::written;
use crate::errors::Errors;

/// How a call of the function is carried out.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    /// It returns a future, as every `async fn` does.
    Future,
    /// A plain `fn`, which may keep its thread and gets one of its own.
    Blocking,
    /// A plain `fn` that says it returns soon.
    Inline,
}

impl Kind {
    pub(super) fn of(sig: &Signature, inline: Option<&Ident>, errors: &mut Errors) -> Self {
        let is_future = sig.asyncness.is_some()
            || matches!(&sig.output, ReturnType::Type(_, ty) if is_future(ty));
        match inline {
            Some(inline) if is_future => {
                let function = match sig.asyncness {
                    Some(_) => "an `async fn`",
                    None => "a function that returns a future",
                };
                errors.push(
                    inline,
                    format_args!(
                        "`inline` keeps a plain `fn` on the runtime, where {function} is anyway; remove `inline`"
                    ),
                );
                Self::Future
            }
            _ if is_future => Self::Future,
            Some(_) => Self::Inline,
            None => Self::Blocking,
        }
    }
}

/// Whether the type says that it is a future: `impl Future`, `BoxFuture`, a pointer to `dyn Future`.
fn is_future(ty: &Type) -> bool {
    match written(ty) {
        Type::ImplTrait(ty) => ty.bounds.iter().any(is_future_trait),
        Type::TraitObject(ty) => ty.bounds.iter().any(is_future_trait),
        Type::Paren(ty) => is_future(&ty.elem),
        Type::Path(ty) => ty.path.segments.last().is_some_and(|last| {
            let pointee = || match &last.arguments {
                PathArguments::AngleBracketed(arguments) => arguments
                    .args
                    .iter()
                    .any(|argument| matches!(argument, GenericArgument::Type(ty) if is_future(ty))),
                _ => false,
            };
            match last.ident.to_string().as_str() {
                "BoxFuture" => true,
                "Box" | "Pin" => pointee(),
                _ => false,
            }
        }),
        _ => false,
    }
}

fn is_future_trait(bound: &TypeParamBound) -> bool {
    let TypeParamBound::Trait(bound) = bound else {
        return false;
    };
    let last = bound.path.segments.last();
    last.is_some_and(|last| last.ident == "Future")
}
