//! `#[toolset] impl Desk { … }`: the block, with the methods that are tools taken out of it.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::discouraged::Speculative;
use syn::parse::{Parse, ParseStream, Parser};
use syn::{Attribute, Generics, ImplItem, Token, Type};

use super::item::{ItemFn, is_tool};

/// An `impl` block whose tools' bodies are kept as they were written.
pub(crate) struct ItemImpl {
    /// All that stands before the braces.
    header: TokenStream,
    braces: Group,
    pub(crate) generics: Generics,
    pub(crate) self_ty: Type,
    /// The `for` of `impl Trait for Desk`.
    pub(crate) of_trait: Option<Token![for]>,
    inner: Vec<Attribute>,
    pub(crate) members: Vec<Member>,
}

/// What stands in the block.
pub(crate) enum Member {
    /// A method with `#[tool]`.
    Tool(Box<Method>),
    /// Anything else.
    Other(TokenStream),
}

/// A method that is a tool.
pub(crate) struct Method {
    /// Its `#[tool(…)]`.
    pub(crate) attribute: Attribute,
    /// The method without it.
    pub(crate) item: ItemFn,
}

/// Reads an `impl` block; `None` if it is something else.
pub(crate) fn parse(tokens: TokenStream) -> Option<syn::Result<ItemImpl>> {
    let mut header: Vec<TokenTree> = tokens.into_iter().collect();
    let Some(TokenTree::Group(braces)) = header.pop() else {
        return None;
    };
    let header: TokenStream = header.into_iter().collect();
    let (generics, self_ty, of_trait) = read_header.parse2(header.clone()).ok()?;
    if braces.delimiter() != Delimiter::Brace {
        return None;
    }
    let members = read_members.parse2(braces.stream());
    Some(members.map(|(inner, members)| ItemImpl {
        header,
        braces,
        generics,
        self_ty,
        of_trait,
        inner,
        members,
    }))
}

fn read_header(input: ParseStream) -> syn::Result<(Generics, Type, Option<Token![for]>)> {
    input.call(Attribute::parse_outer)?;
    input.parse::<Option<Token![unsafe]>>()?;
    input.parse::<Token![impl]>()?;
    let mut generics: Generics = input.parse()?;
    input.parse::<Option<Token![!]>>()?;
    let mut self_ty = input.parse()?;
    let of_trait: Option<Token![for]> = input.parse()?;
    if of_trait.is_some() {
        self_ty = input.parse()?;
    }
    generics.where_clause = input.parse()?;
    Ok((generics, self_ty, of_trait))
}

fn read_members(input: ParseStream) -> syn::Result<(Vec<Attribute>, Vec<Member>)> {
    let inner = input.call(Attribute::parse_inner)?;
    let mut members = Vec::new();
    while !input.is_empty() {
        members.push(input.parse()?);
    }
    Ok((inner, members))
}

impl Parse for Member {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        let ahead = input.fork();
        let mut attrs = ahead.call(Attribute::parse_outer)?;
        let Some(at) = attrs.iter().position(is_tool) else {
            return Ok(Self::Other(input.parse::<ImplItem>()?.into_token_stream()));
        };
        input.advance_to(&ahead);
        let attribute = attrs.remove(at);
        let item = ItemFn {
            attrs,
            vis: input.parse()?,
            sig: input.parse()?,
            body: input.parse::<TokenTree>()?.into(),
        };
        Ok(Self::Tool(Box::new(Method { attribute, item })))
    }
}

impl ItemImpl {
    /// The methods that are tools.
    pub(crate) fn methods(&self) -> impl Iterator<Item = &Method> {
        self.members.iter().filter_map(|member| match member {
            Member::Tool(method) => Some(&**method),
            Member::Other(_) => None,
        })
    }

    /// The block as it stays in the user's crate.
    pub(crate) fn without_our_attributes(&self) -> TokenStream {
        let mut inside = TokenStream::new();
        for attr in &self.inner {
            attr.to_tokens(&mut inside);
        }
        for member in &self.members {
            match member {
                Member::Tool(method) => {
                    inside.extend(method.item.mended().without_parameter_attributes())
                }
                Member::Other(tokens) => inside.extend(tokens.clone()),
            }
        }
        let mut braces = Group::new(Delimiter::Brace, inside);
        braces.set_span(self.braces.span());
        let mut tokens = self.header.clone();
        tokens.extend([TokenTree::Group(braces)]);
        tokens
    }
}
