//! What the options of an argument add to its row, and the items that the row names.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::Ident;

use super::arguments::{Argument, arguments};
use crate::model::arg::{DefaultValue, Member};
use crate::model::{Shape, ToolFn};
use crate::runtime_path::private;

/// The type that carries the attributes of an argument, if it has some.
pub(super) fn carrier(argument: &Argument<'_>) -> Option<Ident> {
    match argument.shape {
        Shape::Member(member) if !member.carried.is_empty() => {
            Some(format_ident!("__ToolArgument{}", argument.index))
        }
        _ => None,
    }
}

/// Beside the table, for the arguments that need it:
///
/// ```text
/// #[derive(Deserialize, JsonSchema)]
/// #[serde(crate = "__tool_private::serde", transparent)]
/// #[schemars(crate = "__tool_private::schemars")]
/// struct __ToolArgument0(#[serde(with = "hex")] #[schemars(with = "String")] Vec<u8>);
///
/// use NotShown as _; // for a default that cannot be written
/// fn __tool_default_1() -> u8 {
///     10
/// }
///
/// static __TOOL_PATTERN_2: Pattern = Pattern::new("^[A-Z]{2}$");
/// ```
pub(super) fn items(tool: &ToolFn<'_>) -> TokenStream {
    let mut items = TokenStream::new();
    let shown = |argument: Argument<'_>| matches!(argument.shape, Shape::Member(member) if member.default.is_some());
    if arguments(tool).any(shown) {
        let private = private(Span::call_site());
        items.extend(quote! {
            #[allow(unused_imports)]
            use #private::NotShown as _;
        });
    }
    for argument in arguments(tool) {
        if let Shape::Member(member) = argument.shape {
            items.extend(carrying(&argument, member));
            items.extend(default(&argument, member));
            items.extend(pattern(&argument, member));
        }
    }
    items
}

/// The methods of the row: `.default(…).minimum("1")`.
pub(super) fn options(argument: &Argument<'_>, member: &Member) -> TokenStream {
    let mut options = TokenStream::new();
    if !member.aliases.is_empty() {
        let aliases = &member.aliases;
        options.extend(quote!(.aliases(&[#(#aliases),*])));
    }
    options.extend(fill(argument, member));
    options.extend(examples(argument, member));
    if let Some(title) = &member.title {
        options.extend(quote!(.title(#title)));
    }
    if member.deprecated {
        options.extend(quote!(.deprecated()));
    }
    let bounds = &member.bounds;
    options.extend(bounds.minimum.as_ref().map(|text| quote!(.minimum(#text))));
    options.extend(bounds.maximum.as_ref().map(|text| quote!(.maximum(#text))));
    options.extend(bounds.shortest.map(|length| quote!(.shortest(#length))));
    options.extend(bounds.longest.map(|length| quote!(.longest(#length))));
    let pattern = pattern_name(argument);
    options.extend(bounds.pattern.as_ref().map(|_| quote!(.pattern(&#pattern))));
    options
}

/// A type of one field, so that serde and schemars themselves read their attributes.
fn carrying(argument: &Argument<'_>, member: &Member) -> Option<TokenStream> {
    let name = carrier(argument)?;
    let private = private(Span::call_site());
    let owned = argument.owned();
    let [serde, schemars] = [&member.carried.serde, &member.carried.schemars];
    let serde = (!serde.is_empty()).then(|| quote!(#[serde(#(#serde),*)]));
    let schemars = (!schemars.is_empty()).then(|| quote!(#[schemars(#(#schemars),*)]));
    Some(quote! {
        #[derive(#private::serde::Deserialize, #private::schemars::JsonSchema)]
        #[serde(crate = "__tool_private::serde", transparent)]
        #[schemars(crate = "__tool_private::schemars")]
        struct #name(#serde #schemars #owned);
    })
}

fn default_name(argument: &Argument<'_>) -> Ident {
    format_ident!("__tool_default_{}", argument.index)
}

/// A function, so that the default is made anew for each call.
fn default(argument: &Argument<'_>, member: &Member) -> Option<TokenStream> {
    let name = default_name(argument);
    let owned = argument.owned();
    let value = match member.default.as_ref()? {
        DefaultValue::Trait(key) => {
            quote_spanned!(key.span()=> <#owned as ::core::default::Default>::default())
        }
        DefaultValue::Text(text) => {
            let private = private(text.span());
            quote_spanned!(text.span()=> #private::FromText::from_text(#text))
        }
        DefaultValue::Value(value) => value.clone(),
    };
    Some(quote! {
        fn #name() -> #owned {
            #value
        }
    })
}

/// ```text
/// .default(|slot| Slot::fill_with(slot, __tool_default_1()))
/// .show_default(|values| Shown(&__tool_default_1()).add_to(values))
/// ```
///
/// What a function of the user's reads is not what `Serialize` writes, so that such a default is not shown.
fn fill(argument: &Argument<'_>, member: &Member) -> Option<TokenStream> {
    member.default.as_ref()?;
    let private = private(Span::call_site());
    let default = default_name(argument);
    let value = match carrier(argument) {
        Some(carrier) => quote!(#carrier(#default())),
        None => quote!(#default()),
    };
    let show = member.carried.serde.is_empty().then(|| {
        quote! {
            .show_default(|__tool_values| #private::Shown(&#default()).add_to(__tool_values))
        }
    });
    Some(quote! {
        .default(|__tool_slot| #private::Slot::fill_with(__tool_slot, #value))
        #show
    })
}

/// `.examples::<u8>(|values| { values.example(7); })`
fn examples(argument: &Argument<'_>, member: &Member) -> Option<TokenStream> {
    if member.examples.is_empty() {
        return None;
    }
    let read = argument.read();
    let examples = &member.examples;
    Some(quote!(.examples::<#read>(|__tool_values| { #(__tool_values.example(#examples);)* })))
}

fn pattern_name(argument: &Argument<'_>) -> Ident {
    format_ident!("__TOOL_PATTERN_{}", argument.index)
}

/// A `static`, so that it is compiled once.
fn pattern(argument: &Argument<'_>, member: &Member) -> Option<TokenStream> {
    let text = member.bounds.pattern.as_ref()?;
    let private = private(Span::call_site());
    let name = pattern_name(argument);
    Some(quote!(static #name: #private::Pattern = #private::Pattern::new(#text);))
}
