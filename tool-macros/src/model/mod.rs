//! Syntax to meaning. All rules live here and in [`check`]; once a [`ToolFn`] exists, expanding it cannot fail.

pub(crate) mod arg;
mod borrow;
pub(crate) mod check;
pub(crate) mod form;
mod kind;
mod marker;
mod number;
pub(crate) mod options;
mod param;
mod role;
pub(crate) mod toolset;

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::{Ident, Type};

use crate::errors::Errors;
use crate::parse::item::ItemFn;
use crate::parse::{args, doc};
use crate::runtime_path::RuntimePath;
pub(crate) use borrow::contains;
pub(crate) use kind::Kind;
pub(crate) use options::{Approval, Effects, Hints, Options};
pub(crate) use param::Param;
pub(crate) use role::{Role, Shape};
use toolset::Owner;

/// One annotated function, understood.
pub(crate) struct ToolFn<'a> {
    pub(crate) item: &'a ItemFn,
    /// The type it is a method of.
    pub(crate) owner: Option<&'a Owner>,
    /// Where it is said to be defined.
    pub(crate) place: Span,
    /// The name of the tool's type.
    pub(crate) ty: Ident,
    /// Whether `tools!` may list that type.
    pub(crate) is_listed: bool,
    /// Where the runtime is.
    pub(crate) runtime: RuntimePath,
    /// The tool's name on the wire.
    pub(crate) name: String,
    /// An expression.
    pub(crate) description: TokenStream,
    pub(crate) params: Vec<Param>,
    pub(crate) kind: Kind,
    pub(crate) effects: Effects,
    /// Whether a call made twice changes no more than one made once.
    pub(crate) hints: Hints,
    pub(crate) is_idempotent: bool,
    /// When a call needs approval, if ever.
    pub(crate) approval: Option<Approval>,
    /// How often a call is tried at most, if the attribute says so.
    pub(crate) attempts: Option<u32>,
    /// How many calls run at once, if the attribute says so.
    pub(crate) max_concurrency: Option<usize>,
    /// The call's timeout in milliseconds, if the attribute sets one.
    pub(crate) timeout: Option<u64>,
    /// Whether the definition has the schema of what is returned.
    pub(crate) output_schema: bool,
    /// The state whose toolboxes find the tool by themselves.
    pub(crate) discover: Option<Type>,
}

/// What is wrong with a function, and what its stub needs to stand in for the tool.
pub(crate) struct Rejected {
    pub(crate) errors: Errors,
    pub(crate) ty: Ident,
    pub(crate) is_listed: bool,
    pub(crate) runtime: RuntimePath,
}

impl<'a> ToolFn<'a> {
    /// Reads the attribute and the function; every mistake of both is reported at once.
    pub(crate) fn new(attribute: TokenStream, item: &'a ItemFn) -> Result<Self, Rejected> {
        Self::read(attribute, item, None, Span::call_site())
    }

    /// The same for a method of `owner`.
    fn of_method(
        attribute: TokenStream,
        item: &'a ItemFn,
        owner: &'a Owner,
        place: Span,
    ) -> Result<Self, Rejected> {
        Self::read(attribute, item, Some(owner), place)
    }

    fn read(
        attribute: TokenStream,
        item: &'a ItemFn,
        owner: Option<&'a Owner>,
        place: Span,
    ) -> Result<Self, Rejected> {
        let mut errors = Errors::default();
        let options = Options::new(args::parse(attribute, &mut errors), &mut errors);
        check::signature(item, owner, &mut errors);
        let params = param::read(&item.sig, owner, &mut errors);
        let ident = &item.sig.ident;
        if let Some(owner) = owner {
            check::method(&options, &params, owner, &mut errors);
        }
        let is_listed = owner.is_none() || options.ty.is_some();
        let ty = match (&options.ty, owner) {
            (Some(ty), _) => ty.clone(),
            (None, None) => ident.clone(),
            (None, Some(owner)) => owner.type_of(&item.sig),
        };
        let runtime = match owner {
            Some(owner) => owner.runtime.clone(),
            None => options.runtime(),
        };
        let name = check::name(ident, &options, is_listed, &mut errors);
        let description = match &options.description {
            Some(description) => description.to_token_stream(),
            None if options.is_given("description") => TokenStream::new(),
            None => doc::text(&item.attrs).unwrap_or_else(|| {
                check::missing_description(ident, &mut errors);
                TokenStream::new()
            }),
        };
        let kind = Kind::of(&item.sig, options.inline.as_ref(), &mut errors);
        check::output_schema(options.output_schema.as_ref(), &item.sig, &mut errors);
        check::effects(&options.effects, &params, &item.sig.ident, &mut errors);
        check::retry(&options, &mut errors);
        check::approval(options.approval.as_ref(), &params, &mut errors);
        let tool = Self {
            name,
            description,
            params,
            kind,
            effects: options.effects,
            hints: options.hints,
            is_idempotent: options.is_idempotent,
            approval: options.approval,
            attempts: options.retry.and_then(|retry| retry.attempts),
            max_concurrency: options.max_concurrency,
            timeout: options.timeout,
            output_schema: options.output_schema.is_some(),
            discover: options.discover,
            ty,
            is_listed,
            runtime,
            item,
            owner,
            place,
        };
        match errors.is_empty() {
            true => Ok(tool),
            false => Err(tool.rejected(errors)),
        }
    }

    /// What is left of it when something is wrong.
    pub(crate) fn rejected(self, errors: Errors) -> Rejected {
        Rejected {
            errors,
            ty: self.ty,
            is_listed: self.is_listed,
            runtime: self.runtime,
        }
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

/// The type without the invisible brackets in which `macro_rules!` hands over a `$type:ty`.
pub(crate) fn written(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => written(&group.elem),
        ty => ty,
    }
}
