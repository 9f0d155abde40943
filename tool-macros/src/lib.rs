//! The macros of [`tool-runtime`](https://docs.rs/tool-runtime), which re-exports them: use that crate.
//!
//! The expansion names items of exactly one version of the runtime, so this crate is of no use by itself.

mod errors;
mod expand;
mod model;
mod parse;
mod runtime_path;
#[cfg(test)]
mod tests;

use proc_macro::TokenStream;

/// Turns a function into a tool that a language model can call.
///
#[doc = include_str!("../docs/tool.md")]
#[proc_macro_attribute]
pub fn tool(attribute: TokenStream, item: TokenStream) -> TokenStream {
    expand::tool(attribute.into(), item.into()).into()
}

/// Turns methods into tools whose state is the type they belong to.
///
#[doc = include_str!("../docs/toolset.md")]
#[proc_macro_attribute]
pub fn toolset(attribute: TokenStream, item: TokenStream) -> TokenStream {
    expand::toolset::toolset(attribute.into(), item.into()).into()
}

/// Lends the fields of a state to tools: `Provide<T>` for the type of each field.
///
#[doc = include_str!("../docs/provide.md")]
#[proc_macro_derive(Provide, attributes(provide))]
pub fn derive_provide(input: TokenStream) -> TokenStream {
    expand::provide::derive(input.into()).into()
}

/// Gives a type a form in a key: `Key`, which says what can stand in a hole of an effect template.
///
#[doc = include_str!("../docs/key.md")]
#[proc_macro_derive(Key, attributes(key))]
pub fn derive_key(input: TokenStream) -> TokenStream {
    expand::key::derive(input.into()).into()
}

/// What the runtime's `tools!` calls, with its own `$crate` before the list.
#[doc(hidden)]
#[proc_macro]
pub fn tools(input: TokenStream) -> TokenStream {
    expand::tools(input.into()).into()
}
