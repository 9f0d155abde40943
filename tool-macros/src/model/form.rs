//! `#[derive(Key)]`: which text a type has in a key.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::ToTokens;
use serde_derive_internals::ast::{Container, Data, Field, Variant};
use serde_derive_internals::attr::TagType;
use serde_derive_internals::{Ctxt, Derive};
use syn::{Attribute, DeriveInput, Ident, Member, Type};

use super::plain;
use crate::errors::Errors;

/// The form of a type's values.
pub(crate) enum Form {
    /// A struct's: that of its field.
    Field { member: Member, ty: Box<Type> },
    /// An enum's: the name that the model sends, by variant.
    Names(Vec<(Ident, String)>),
}

/// Reads the type with serde's own eyes, so that a name is what serde takes whatever attributes say it.
pub(crate) fn read(input: &DeriveInput, mut errors: Errors) -> Result<Form, Errors> {
    refuse_options(input, &mut errors);
    if let syn::Data::Union(data) = &input.data {
        errors.push(
            data.union_token,
            "a `union` does not say which field it holds; write a struct with one field or an enum, or implement `Key` by hand",
        );
        return Err(errors);
    }
    let context = Ctxt::new();
    // What serde's defaults would be called from, which is not looked at here.
    let serde = Ident::new("serde", Span::call_site());
    let container = Container::from_ast(&context, input, Derive::Deserialize, &serde);
    errors.keep(context.check());
    let Some(container) = container else {
        return Err(errors);
    };
    let form = match &container.data {
        Data::Struct(_, fields) => field(input, fields, &mut errors),
        Data::Enum(variants) => Some(names(&container, variants, &mut errors)),
    };
    match form {
        Some(form) => errors.finish(form),
        None => Err(errors),
    }
}

/// `#[key(…)]` is ours, and nothing can be said in it inside a type.
fn refuse_options(input: &DeriveInput, errors: &mut Errors) {
    let (variants, fields): (Vec<&syn::Variant>, Vec<&syn::Field>) = match &input.data {
        syn::Data::Struct(data) => (Vec::new(), data.fields.iter().collect()),
        syn::Data::Union(data) => (Vec::new(), data.fields.named.iter().collect()),
        syn::Data::Enum(data) => {
            let fields = data.variants.iter().flat_map(|variant| &variant.fields);
            (data.variants.iter().collect(), fields.collect())
        }
    };
    let attrs = variants.iter().flat_map(|variant| &variant.attrs);
    let attrs = attrs.chain(fields.iter().flat_map(|field| &field.attrs));
    for attr in attrs.filter(|attr| attr.path().is_ident("key")) {
        errors.push(
            attr,
            "`#[key(…)]` says nothing here, only above a type where the runtime is; remove it",
        );
    }
}

/// The only field, or the one that serde takes for the whole.
fn field(input: &DeriveInput, fields: &[Field<'_>], errors: &mut Errors) -> Option<Form> {
    let transparent = fields.iter().find(|field| field.attrs.transparent());
    match (transparent, fields) {
        (Some(field), _) | (None, [field]) => {
            return Some(Form::Field {
                member: field.member.clone(),
                ty: Box::new(field.ty.clone()),
            });
        }
        (None, []) => errors.push(
            &input.ident,
            format_args!(
                "`{}` has no field to tell calls apart; write it into the template, as in `reads(\"settings\")`",
                input.ident
            ),
        ),
        (None, [_, second, ..]) => {
            let name = match &second.member {
                Member::Named(ident) => plain(ident),
                Member::Unnamed(index) => index.index.to_string(),
            };
            let parameter = plain(&input.ident).to_lowercase();
            errors.push(
                second.original,
                format_args!("`{}` has several fields and no text of its own; name one of them in the hole, as in `{{{parameter}.{name}}}`, or implement `Key` by hand", input.ident),
            );
        }
    }
    None
}

fn names(container: &Container<'_>, variants: &[Variant<'_>], errors: &mut Errors) -> Form {
    let attrs = &container.original.attrs;
    if let TagType::None = container.attrs.tag() {
        refuse_nameless("untagged", attrs, &container.ident, errors);
    }
    if container.attrs.type_from().is_some() {
        refuse_converted("from", attrs, &container.ident, errors);
    }
    if container.attrs.type_try_from().is_some() {
        refuse_converted("try_from", attrs, &container.ident, errors);
    }
    let mut names: Vec<(Ident, String)> = Vec::new();
    for variant in variants {
        refuse_variant(variant, errors);
        let name = variant.attrs.name().deserialize_name().value.clone();
        match names.iter().find(|(_, earlier)| *earlier == name) {
            Some((earlier, _)) => errors.push(
                &variant.ident,
                format_args!(
                    "`{}` is sent as `{name}`, as `{earlier}` is, and a key could not tell them apart; rename one",
                    variant.ident
                ),
            ),
            None => names.push((variant.ident.clone(), name)),
        }
    }
    Form::Names(names)
}

fn refuse_variant(variant: &Variant<'_>, errors: &mut Errors) {
    let attrs = &variant.original.attrs;
    if !variant.fields.is_empty() {
        errors.push(
            &variant.original.fields,
            format_args!(
                "`{}` holds data, which its name alone does not tell apart; implement `Key` by hand, or use an enum without data",
                variant.ident
            ),
        );
    }
    if variant.attrs.untagged() {
        refuse_nameless("untagged", attrs, &variant.ident, errors);
    }
    if variant.attrs.other() {
        let other = word("other", attrs).unwrap_or_else(|| variant.ident.to_token_stream());
        errors.push(
            other,
            format_args!(
                "`other` takes every name that no other variant has, so `{}` is sent under no name of its own; remove it, or implement `Key` by hand",
                variant.ident
            ),
        );
    }
}

fn refuse_nameless(attribute: &str, attrs: &[Attribute], ident: &Ident, errors: &mut Errors) {
    errors.push(
        word(attribute, attrs).unwrap_or_else(|| ident.to_token_stream()),
        format_args!(
            "with `{attribute}` the model sends no name that a key could have; remove it, or implement `Key` by hand"
        ),
    );
}

fn refuse_converted(attribute: &str, attrs: &[Attribute], ident: &Ident, errors: &mut Errors) {
    errors.push(
        word(attribute, attrs).unwrap_or_else(|| ident.to_token_stream()),
        format_args!(
            "with `{attribute}` the model sends another type than this enum, so what it sends for a variant is not known here; implement `Key` by hand"
        ),
    );
}

/// Where `word` stands in `#[serde(…)]`: serde's own reading keeps what was said, not where.
fn word(word: &str, attrs: &[Attribute]) -> Option<TokenStream> {
    attrs
        .iter()
        .filter(|attr| attr.path().is_ident("serde"))
        .filter_map(|attr| attr.meta.require_list().ok())
        .flat_map(|list| list.tokens.clone())
        .find(|token| matches!(token, TokenTree::Ident(ident) if ident == word))
        .map(TokenStream::from)
}
