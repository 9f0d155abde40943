//! `#[derive(Provide)]`: the struct's fields with what their `#[provide(…)]` says.

use syn::parse::{Parse, ParseStream};
use syn::spanned::Spanned;
use syn::{Attribute, Data, DeriveInput, Fields, Index, Member, Token, Type, custom_keyword};

use crate::errors::Errors;

custom_keyword!(skip);

/// One field of a state.
pub(crate) struct Field {
    pub(crate) member: Member,
    pub(crate) ty: Type,
    pub(crate) lends: Lends,
}

/// What a field lends to tools.
pub(crate) enum Lends {
    /// Itself.
    Itself,
    /// `#[provide(skip)]`: nothing.
    Nothing,
    /// `#[provide(dyn Mailer)]`: itself as that trait object.
    As(Box<Type>),
}

impl Parse for Lends {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        if input.peek(skip) {
            input.parse::<skip>()?;
            Ok(Self::Nothing)
        } else if input.peek(Token![dyn]) {
            Ok(Self::As(Box::new(input.parse()?)))
        } else if input.peek(Token![crate]) {
            Err(input.error(
                "`crate = …` goes above the struct: `#[provide(crate = ::agent_kit::runtime)]`",
            ))
        } else {
            Err(input.error(
                "`#[provide(…)]` takes `skip` or a trait object; write `#[provide(skip)]` or `#[provide(dyn Mailer)]`",
            ))
        }
    }
}

pub(crate) fn parse(input: &DeriveInput, errors: &mut Errors) -> Vec<Field> {
    let fields = match &input.data {
        Data::Struct(data) => &data.fields,
        Data::Enum(data) => {
            errors.push(data.enum_token, STRUCT);
            return Vec::new();
        }
        Data::Union(data) => {
            errors.push(data.union_token, STRUCT);
            return Vec::new();
        }
    };
    let members = fields
        .iter()
        .enumerate()
        .map(|(index, field)| match &field.ident {
            Some(ident) => Member::Named(ident.clone()),
            None => Member::Unnamed(Index {
                index: u32::try_from(index).unwrap_or(u32::MAX),
                span: field.ty.span(),
            }),
        });
    if let Fields::Unit = fields {
        errors.push(
            &input.ident,
            format_args!(
                "`{}` has no fields and provides itself already; leave `#[derive(Provide)]` out",
                input.ident
            ),
        );
    }
    members
        .zip(fields)
        .map(|(member, field)| Field {
            member,
            ty: field.ty.clone(),
            lends: lends(&field.attrs, errors),
        })
        .collect()
}

const STRUCT: &str =
    "`#[derive(Provide)]` lends the fields of a struct; write `struct App { db: Db, … }`";

fn lends(attrs: &[Attribute], errors: &mut Errors) -> Lends {
    let mut lends = None;
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("provide")) {
        match attr.parse_args() {
            Ok(_) if lends.is_some() => {
                errors.push(attr, "`#[provide(…)]` is given twice; keep one")
            }
            Ok(found) => lends = Some(found),
            Err(error) => {
                errors.push_syn(error);
                lends = Some(Lends::Itself);
            }
        }
    }
    lends.unwrap_or(Lends::Itself)
}
