//! The static declaration of a tool, its parameter table in it.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Type;
use syn::spanned::Spanned;

use crate::model::{Effects, Role, ToolFn, plain};
use crate::parse::key::Template;
use crate::runtime_path::private;

/// ```text
/// static __TOOL_DECLARATION: Declaration = Declaration {
///     name: <get_customer as Named>::NAME,
///     place: <get_customer as Named>::PLACE,
///     description: "Look up a customer.",
///     parameters: &[Parameter::new::<u64>("customer_id", "The customer's number.")],
///     effects: DeclaredEffects::Keys { reads: &["customer:{customer_id}"], writes: &[] },
///     timeout_ms: None,
/// };
/// ```
pub(super) fn declaration(tool: &ToolFn<'_>) -> TokenStream {
    let private = private(Span::call_site());
    let ident = tool.ident();
    let description = &tool.description;
    let parameters =
        arguments(tool).map(|(name, ty, description)| parameter(&name, ty, description));
    let effects = effects(&tool.effects);
    let timeout = match tool.timeout {
        Some(ms) => quote!(::core::option::Option::Some(#ms)),
        None => quote!(::core::option::Option::None),
    };
    quote! {
        static __TOOL_DECLARATION: #private::Declaration = #private::Declaration {
            name: <#ident as #private::Named>::NAME,
            place: <#ident as #private::Named>::PLACE,
            description: #description,
            parameters: &[#(#parameters),*],
            effects: #effects,
            timeout_ms: #timeout,
        };
    }
}

/// The arguments in declaration order: name on the wire, type, description.
pub(super) fn arguments<'a>(
    tool: &'a ToolFn<'_>,
) -> impl Iterator<Item = (String, &'a Type, &'a str)> {
    tool.params.iter().filter_map(|param| match &param.role {
        Role::Argument { ty, description } => Some((plain(&param.ident), ty, description.as_str())),
        Role::State { .. } | Role::Context { .. } => None,
    })
}

/// Located at the type, so that rustc underlines it when it is not an argument.
fn parameter(name: &str, ty: &Type, description: &str) -> TokenStream {
    let span = ty.span();
    let private = private(span);
    quote_spanned! {span=> #private::Parameter::new::<#ty>(#name, #description) }
}

fn effects(effects: &Effects) -> TokenStream {
    let private = private(Span::call_site());
    if effects.pure.is_some() {
        return quote!(#private::DeclaredEffects::Pure);
    }
    if effects.reads.is_empty() && effects.writes.is_empty() {
        return quote!(#private::DeclaredEffects::Undeclared);
    }
    let [reads, writes] = [&effects.reads, &effects.writes].map(|keys| keys.iter().map(text));
    quote!(#private::DeclaredEffects::Keys { reads: &[#(#reads),*], writes: &[#(#writes),*] })
}

fn text(template: &Template) -> &syn::LitStr {
    &template.literal
}
