//! The annotated function: its signature in full, its body as raw tokens.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, FnArg, Ident, Signature, Type, Visibility};

/// A function whose body is kept as it was written.
#[derive(Clone)]
pub(crate) struct ItemFn {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) sig: Signature,
    pub(crate) body: TokenStream,
}

impl Parse for ItemFn {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        Ok(Self {
            attrs: input.call(Attribute::parse_outer)?,
            vis: input.parse()?,
            sig: input.parse()?,
            body: input.parse()?,
        })
    }
}

impl ItemFn {
    /// The `#[cfg]` attributes: what we emit beside the function must come and go with it.
    pub(crate) fn cfgs(&self) -> impl Iterator<Item = &Attribute> {
        self.attrs.iter().filter(|attr| attr.path().is_ident("cfg"))
    }

    /// The function as it stays in the user's crate: the attributes of its parameters are ours and go.
    pub(crate) fn without_parameter_attributes(&self) -> TokenStream {
        let mut sig = self.sig.clone();
        for input in &mut sig.inputs {
            match input {
                FnArg::Receiver(receiver) => receiver.attrs.clear(),
                FnArg::Typed(typed) => typed.attrs.retain(is_lint),
            }
        }
        let Self {
            attrs, vis, body, ..
        } = self;
        let mut tokens = TokenStream::new();
        for attr in attrs {
            attr.to_tokens(&mut tokens);
        }
        vis.to_tokens(&mut tokens);
        sig.to_tokens(&mut tokens);
        body.to_tokens(&mut tokens);
        tokens
    }
}

impl ItemFn {
    pub(crate) fn has_body(&self) -> bool {
        ends_in_braces(&self.body)
    }

    /// The first `Self` of the signature, which is in an `impl` or a trait then. The body may have an `impl` of its own.
    pub(crate) fn self_type(&self) -> Option<Ident> {
        find_self(self.sig.to_token_stream())
    }

    /// Whether the signature says that the function is in an `impl` or a trait, where no type may stand beside it.
    pub(crate) fn is_associated(&self) -> bool {
        self.sig.receiver().is_some() || self.self_type().is_some()
    }

    /// Another `#[tool]` below the one that is being expanded.
    pub(crate) fn tool_again(&self) -> Option<&Attribute> {
        self.attrs.iter().find(|attr| is_tool(attr))
    }

    /// What keeps rustc from adding errors of its own to ours.
    pub(crate) fn mended(&self) -> Self {
        let mut item = self.clone();
        item.attrs.retain(|attr| !is_tool(attr));
        item.sig.variadic = None;
        for input in &mut item.sig.inputs {
            if let FnArg::Typed(typed) = input
                && is_unsized(&typed.ty)
            {
                let ty = &typed.ty;
                typed.ty = syn::parse_quote!(&#ty);
            }
        }
        if !item.has_body() && !item.is_associated() {
            item.body = quote!({ ::core::unreachable!() });
        }
        item
    }
}

/// Whether `body` is `{ … }`, perhaps in the invisible brackets in which `macro_rules!` hands over a `$body:block`.
fn ends_in_braces(body: &TokenStream) -> bool {
    match body.clone().into_iter().last() {
        Some(TokenTree::Group(group)) => match group.delimiter() {
            Delimiter::None => ends_in_braces(&group.stream()),
            delimiter => delimiter == Delimiter::Brace,
        },
        _ => false,
    }
}

fn find_self(tokens: TokenStream) -> Option<Ident> {
    tokens.into_iter().find_map(|token| match token {
        TokenTree::Ident(ident) if ident == "Self" => Some(ident),
        TokenTree::Group(group) => find_self(group.stream()),
        _ => None,
    })
}

/// Whether a type, by its spelling, can only stand behind a pointer.
pub(crate) fn is_unsized(ty: &Type) -> bool {
    match ty {
        Type::Slice(_) | Type::TraitObject(_) => true,
        Type::Path(ty) => ty.path.is_ident("str"),
        _ => false,
    }
}

/// Whether `attr` is `#[tool]`, by whatever path.
pub(super) fn is_tool(attr: &Attribute) -> bool {
    let last = attr.path().segments.last();
    last.is_some_and(|last| last.ident == "tool")
}

/// Whether `attr` sets a lint level, which stays on the function's parameter.
pub(crate) fn is_lint(attr: &Attribute) -> bool {
    ["allow", "expect", "warn", "deny", "forbid"]
        .iter()
        .any(|level| attr.path().is_ident(level))
}
