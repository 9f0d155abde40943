//! The static declaration of a tool, its parameter table in it.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Ident, Type};

use super::options::{carrier, options};
use super::place_at;
use crate::model::{Effects, Hints, Role, Shape, ToolFn, plain};
use crate::parse::key::Template;
use crate::runtime_path::private;

/// ```text
/// static __TOOL_DECLARATION: Declaration = Declaration {
///     name: "get_customer",
///     place: Place::new(file!(), line!()),
///     description: "Look up a customer.",
///     parameters: Parameters::each(&[Parameter::new::<u64>("customer_id", "The customer's number.")]),
///     effects: DeclaredEffects::Keys { reads: KeyTemplates::fixed(&["customer:{customer_id}"]), writes: …, group: None },
///     hints: Hints::NONE,
///     is_destructive: false,
///     is_idempotent: false,
///     needs_approval: false,
///     takes_context: false,
///     timeout_ms: None,
///     attempts: None,
///     max_concurrency: None,
/// };
/// ```
pub(super) fn declaration(tool: &ToolFn<'_>) -> TokenStream {
    let private = private(Span::call_site());
    let name = &tool.name;
    let place = place_at(tool.place);
    let description = &tool.description;
    let parameters = parameters(tool);
    let effects = effects(&tool.effects);
    let hints = hints(&tool.hints);
    let is_destructive = tool.effects.destructive.is_some();
    let is_idempotent = tool.is_idempotent;
    let needs_approval = tool.approval.is_some();
    let takes_context = tool
        .params
        .iter()
        .any(|param| matches!(param.role, Role::Context { .. }));
    let timeout = option(tool.timeout);
    let attempts = option(tool.attempts);
    let max_concurrency = option(tool.max_concurrency);
    quote! {
        static __TOOL_DECLARATION: #private::Declaration = #private::Declaration {
            name: #name,
            place: #place,
            description: #description,
            parameters: #parameters,
            effects: #effects,
            hints: #hints,
            is_destructive: #is_destructive,
            is_idempotent: #is_idempotent,
            needs_approval: #needs_approval,
            takes_context: #takes_context,
            timeout_ms: #timeout,
            attempts: #attempts,
            max_concurrency: #max_concurrency,
        };
    }
}

/// `Hints::NONE.title("Customer lookup").open_world(false).strict(true).tags(&["billing"])`
fn hints(hints: &Hints) -> TokenStream {
    let private = private(Span::call_site());
    let Hints {
        title,
        open_world,
        strict,
        tags,
    } = hints;
    let title = title.iter();
    let open_world = open_world.iter();
    let strict = strict.iter();
    let tags = (!tags.is_empty()).then(|| quote!(.tags(&[#(#tags),*])));
    quote! {
        #private::Hints::NONE #(.title(#title))* #(.open_world(#open_world))* #(.strict(#strict))* #tags
    }
}

/// One argument.
pub(super) struct Argument<'a> {
    /// Its place among the arguments.
    pub(super) index: usize,
    /// Its name in the function.
    pub(super) name: String,
    /// Its name on the wire.
    pub(super) wire: String,
    pub(super) ty: &'a Type,
    pub(super) borrowed: bool,
    pub(super) shape: &'a Shape,
}

impl Argument<'_> {
    /// The type that is read: `<str as Borrowed>::Owned` for `&str`, whatever name the type goes by.
    pub(super) fn owned(&self) -> TokenStream {
        let ty = self.ty;
        let private = private(ty.span());
        match self.borrowed {
            true => quote_spanned! {ty.span()=> <#ty as #private::Borrowed>::Owned },
            false => quote!(#ty),
        }
    }

    /// The type in the table and in the slot: one that carries attributes, where there are some.
    pub(super) fn read(&self) -> TokenStream {
        match carrier(self) {
            Some(carrier) => carrier.to_token_stream(),
            None => self.owned(),
        }
    }
}

/// The arguments in declaration order.
pub(super) fn arguments<'a>(tool: &'a ToolFn<'_>) -> impl Iterator<Item = Argument<'a>> {
    let arguments = tool.params.iter().filter_map(|param| match &param.role {
        Role::Argument {
            ty,
            borrowed,
            shape,
        } => Some((param, ty, *borrowed, shape)),
        Role::State { .. } | Role::Context { .. } => None,
    });
    arguments
        .enumerate()
        .map(|(index, (param, ty, borrowed, shape))| Argument {
            index,
            name: plain(&param.ident),
            wire: param.name(),
            ty,
            borrowed,
            shape,
        })
}

/// Each row is located at the type, so that rustc underlines it when it is not an argument.
fn parameters(tool: &ToolFn<'_>) -> TokenStream {
    let private = private(Span::call_site());
    let mut rows = Vec::new();
    for argument in arguments(tool) {
        let span = argument.ty.span();
        let there = self::private(span);
        let owned = argument.read();
        let name = &argument.wire;
        match argument.shape {
            Shape::Member(member) => {
                let description = match &member.description {
                    description if description.is_empty() => quote!(""),
                    description => description.clone(),
                };
                let new = Ident::new(
                    if member.carried.is_empty() {
                        "new"
                    } else {
                        "carried"
                    },
                    span,
                );
                let options = options(&argument, member);
                rows.push(
                    quote_spanned! {span=> #there::Parameter::#new::<#owned>(#name, #description) #options },
                );
            }
            Shape::Whole => {
                let whole = quote_spanned! {span=> #there::Whole::new::<#owned>() };
                return quote!(#private::Parameters::Whole(#whole));
            }
        }
    }
    quote!(#private::Parameters::each(&[#(#rows),*]))
}

fn effects(effects: &Effects) -> TokenStream {
    let private = private(Span::call_site());
    if effects.pure.is_some() {
        return quote!(#private::DeclaredEffects::Pure);
    }
    if effects.exclusive.is_some() {
        return quote!(#private::DeclaredEffects::Exclusive);
    }
    if effects.reads.is_empty() && effects.writes.is_empty() && effects.group.is_none() {
        return quote!(#private::DeclaredEffects::Undeclared);
    }
    let [reads, writes] = [&effects.reads, &effects.writes].map(|keys| keys.iter().map(text));
    let group = effects.group.as_ref();
    let group = option(group.map(|name| quote!(#private::Cow::Borrowed(#name))));
    quote! {
        #private::DeclaredEffects::Keys {
            reads: #private::KeyTemplates::fixed(&[#(#reads),*]),
            writes: #private::KeyTemplates::fixed(&[#(#writes),*]),
            group: #group,
        }
    }
}

fn option(value: Option<impl ToTokens>) -> TokenStream {
    match value {
        Some(value) => quote!(::core::option::Option::Some(#value)),
        None => quote!(::core::option::Option::None),
    }
}

fn text(template: &Template) -> &syn::LitStr {
    &template.literal
}
