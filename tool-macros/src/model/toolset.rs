//! An `impl` block whose methods are tools, understood.

use proc_macro2::{Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident};
use syn::spanned::Spanned;
use syn::{GenericParam, Generics, Ident, Meta, PatType, Signature, Type};

use super::borrow::short_lived;
use super::options::single;
use super::{Rejected, ToolFn, check, plain, spelled};
use crate::errors::Errors;
use crate::parse::args::{self, RawOption, RawValue};
use crate::parse::item_impl::{ItemImpl, Method};
use crate::runtime_path::RuntimePath;

/// The type that a toolset's methods belong to.
pub(crate) struct Owner {
    pub(crate) ty: Type,
    pub(crate) generics: Generics,
    /// Where the runtime is, for all of the methods.
    pub(crate) runtime: RuntimePath,
}

/// What `#[toolset(…)]` says.
pub(crate) struct Settings {
    /// The name of the function that lists the tools.
    pub(crate) list: Ident,
    pub(crate) runtime: RuntimePath,
}

impl Settings {
    pub(crate) fn new(attribute: TokenStream, errors: &mut Errors) -> Self {
        let mut settings = Self {
            list: Ident::new("tools", Span::call_site()),
            runtime: RuntimePath::default(),
        };
        for RawOption { key, value } in args::parse(attribute, errors) {
            match (plain(&key).as_str(), value) {
                ("tools", RawValue::Assigned(value)) => {
                    if let Some(list) = single(&key, value, LIST, errors) {
                        settings.list = list;
                    }
                }
                ("crate", RawValue::Assigned(value)) => {
                    let form = "`crate` takes a path: `crate = ::agent_kit::runtime`";
                    if let Some(path) = single(&key, value, form, errors) {
                        settings.runtime = RuntimePath::new(&path, errors);
                    }
                }
                ("tools", _) => errors.push(&key, LIST),
                _ => errors.push(
                    &key,
                    format_args!(
                        "`#[toolset]` takes `crate = …` and `tools = …`; write `{}` into the `#[tool(…)]` above a method",
                        plain(&key)
                    ),
                ),
            }
        }
        settings
    }
}

const LIST: &str =
    "`tools` takes the name of the function that lists the tools: `tools = desk_tools`";

impl Owner {
    /// The block's type, if it can be a toolbox's state.
    pub(crate) fn new(item: &ItemImpl, runtime: RuntimePath, errors: &mut Errors) -> Self {
        if let Some(of_trait) = &item.of_trait {
            let ty = spelled(&item.self_ty);
            errors.push(
                of_trait,
                format_args!(
                    "a toolset is an `impl` of a type's own; write `impl {ty} {{ … }}` with methods that call the trait's"
                ),
            );
        }
        if let Some((lifetime, lasting)) = short_lived(item.self_ty.to_token_stream()) {
            errors.push(
                lifetime,
                format_args!(
                    "a toolbox keeps its state, which therefore borrows nothing; own the data, or write `impl {}`",
                    spelled(&lasting)
                ),
            );
        }
        if item.methods().next().is_none() {
            errors.push(
                &item.self_ty,
                format_args!(
                    "no method of this `{}` is a tool; write `#[tool]` above those that are",
                    spelled(&item.self_ty)
                ),
            );
        }
        Self {
            ty: item.self_ty.clone(),
            generics: item.generics.clone(),
            runtime,
        }
    }

    /// The parameter with the block's type in place of `Self`, in its type and in what its attributes say: it means
    /// something else where we put them.
    pub(super) fn named(&self, parameter: &PatType) -> PatType {
        let mut named = parameter.clone();
        if let Ok(ty) = syn::parse2(self.without_self(parameter.ty.to_token_stream())) {
            *named.ty = ty;
        }
        for attr in &mut named.attrs {
            if let Meta::List(list) = &mut attr.meta {
                list.tokens = self.without_self(list.tokens.clone());
            }
        }
        named
    }

    /// The name of a tool's type, beside which stand only what its signature and the block's type name.
    pub(super) fn type_of(&self, sig: &Signature) -> Ident {
        let ident = &sig.ident;
        let name = |token: &TokenTree| matches!(token, TokenTree::Ident(other) if other == ident);
        let inputs = sig.inputs.to_token_stream();
        let shadows = super::contains(inputs, &name)
            || super::contains(self.ty.to_token_stream(), &name)
            || check::is_taken(ident);
        match shadows {
            true => format_ident!("__tool_{}", plain(ident), span = ident.span()),
            false => ident.clone(),
        }
    }

    fn without_self(&self, tokens: TokenStream) -> TokenStream {
        tokens
            .into_iter()
            .flat_map(|token| match token {
                TokenTree::Ident(ident) if ident == "Self" => {
                    let ty = self.ty.to_token_stream().into_iter();
                    ty.map(|mut token| {
                        token.set_span(ident.span());
                        token
                    })
                    .collect()
                }
                TokenTree::Group(group) => {
                    let mut named =
                        Group::new(group.delimiter(), self.without_self(group.stream()));
                    named.set_span(group.span());
                    vec![TokenTree::Group(named)]
                }
                token => vec![token],
            })
            .collect()
    }

    /// The name of a parameter of the block that `ty` depends on.
    pub(super) fn parameter_in(&self, ty: &Type) -> Option<&Ident> {
        let mut names = self
            .generics
            .params
            .iter()
            .filter_map(|parameter| match parameter {
                GenericParam::Type(parameter) => Some(&parameter.ident),
                GenericParam::Const(parameter) => Some(&parameter.ident),
                GenericParam::Lifetime(_) => None,
            });
        names.find(|name| {
            let is_it =
                |token: &TokenTree| matches!(token, TokenTree::Ident(ident) if ident == *name);
            super::contains(ty.to_token_stream(), &is_it)
        })
    }
}

/// The methods that are tools, each understood or with what is wrong.
pub(crate) fn tools<'a>(
    item: &'a ItemImpl,
    owner: &'a Owner,
    errors: &mut Errors,
) -> Vec<Result<ToolFn<'a>, Rejected>> {
    let tools: Vec<_> = item
        .methods()
        .map(|method| method_tool(method, owner))
        .collect();
    let mut seen: Vec<&ToolFn<'_>> = Vec::new();
    for tool in tools.iter().flatten() {
        // Two of one name that exclude each other are one.
        if tool.item.cfgs().next().is_some() {
            continue;
        }
        match seen.iter().find(|earlier| earlier.name == tool.name) {
            None => seen.push(tool),
            Some(earlier) => errors.push(
                tool.ident(),
                format_args!(
                    "`{}` and `{}` are both named `{}`; give one another name with `#[tool(name = \"…\")]`",
                    earlier.ident(),
                    tool.ident(),
                    tool.name
                ),
            ),
        }
    }
    tools
}

fn method_tool<'a>(method: &'a Method, owner: &'a Owner) -> Result<ToolFn<'a>, Rejected> {
    let options = match &method.attribute.meta {
        Meta::Path(_) => TokenStream::new(),
        Meta::List(list) => list.tokens.clone(),
        Meta::NameValue(meta) => meta.value.to_token_stream(),
    };
    ToolFn::of_method(options, &method.item, owner, method.attribute.span())
}
