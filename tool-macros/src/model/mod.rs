//! Syntax to meaning. All rules live here and in [`check`]; once a [`ToolFn`] exists, expanding it cannot fail.

pub(crate) mod arg;
mod borrow;
pub(crate) mod check;
pub(crate) mod form;
mod kind;
pub(crate) mod options;
mod param;

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::Ident;
use syn::ext::IdentExt;

use crate::errors::Errors;
use crate::parse::item::ItemFn;
use crate::parse::{args, doc};
use crate::runtime_path::RuntimePath;
pub(crate) use borrow::contains;
pub(crate) use kind::Kind;
pub(crate) use options::{Effects, Options};
pub(crate) use param::{Param, Role, Shape};

/// One annotated function, understood.
pub(crate) struct ToolFn<'a> {
    pub(crate) item: &'a ItemFn,
    /// The name of the tool's type.
    pub(crate) ty: Ident,
    /// Where the runtime is.
    pub(crate) runtime: RuntimePath,
    /// The tool's name on the wire.
    pub(crate) name: String,
    /// An expression.
    pub(crate) description: TokenStream,
    pub(crate) params: Vec<Param>,
    pub(crate) kind: Kind,
    pub(crate) effects: Effects,
    /// The call's timeout in milliseconds, if the attribute sets one.
    pub(crate) timeout: Option<u64>,
}

/// What is wrong with a function, and what its stub needs to stand in for the tool.
pub(crate) struct Rejected {
    pub(crate) errors: Errors,
    pub(crate) ty: Ident,
    pub(crate) runtime: RuntimePath,
}

impl<'a> ToolFn<'a> {
    /// Reads the attribute and the function; every mistake of both is reported at once.
    pub(crate) fn new(attribute: TokenStream, item: &'a ItemFn) -> Result<Self, Rejected> {
        let mut errors = Errors::default();
        let options = Options::new(args::parse(attribute, &mut errors), &mut errors);
        check::signature(item, &mut errors);
        let params = param::read(&item.sig, &mut errors);
        let ident = &item.sig.ident;
        let ty = options.ty.clone().unwrap_or_else(|| ident.clone());
        let runtime = options.runtime.clone();
        let name = check::name(ident, &options, &mut errors);
        let description = match &options.description {
            Some(description) => description.to_token_stream(),
            None if options.is_given("description") => TokenStream::new(),
            None => doc::text(&item.attrs).unwrap_or_else(|| {
                check::missing_description(ident, &mut errors);
                TokenStream::new()
            }),
        };
        let kind = Kind::of(&item.sig, options.inline.as_ref(), &mut errors);
        check::effects(&options.effects, &params, &item.sig.ident, &mut errors);
        let tool = Self {
            name,
            description,
            params,
            kind,
            effects: options.effects,
            timeout: options.timeout,
            ty: ty.clone(),
            runtime: runtime.clone(),
            item,
        };
        errors.finish(tool).map_err(|errors| Rejected {
            errors,
            ty,
            runtime,
        })
    }

    pub(crate) fn ident(&self) -> &Ident {
        &self.item.sig.ident
    }
}

/// Tokens as a person writes them, who puts fewer spaces between them.
pub(crate) fn spelled(tokens: &impl ToTokens) -> String {
    let mut text = tokens.to_token_stream().to_string();
    for (printed, written) in [
        (" :: ", "::"),
        (" < ", "<"),
        (" >", ">"),
        ("& ", "&"),
        (" ,", ","),
        (" ;", ";"),
    ] {
        text = text.replace(printed, written);
    }
    text
}

/// An identifier as the model reads it: `r#type` is `type`.
pub(crate) fn plain(ident: &Ident) -> String {
    ident.unraw().to_string()
}
