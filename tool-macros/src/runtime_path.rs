//! Where expansions find the runtime.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::Path;

/// The path of the runtime: `::tool_runtime`, or what `crate = …` says.
#[derive(Clone, Default)]
pub(crate) struct RuntimePath(Option<TokenStream>);

impl RuntimePath {
    /// What `crate = …` says. A path that depends on the module it stands in is refused, since a `use` or a `mod` added
    /// later could give it another meaning.
    pub(crate) fn new(path: &Path) -> syn::Result<Self> {
        let first = path.segments.first().map(|part| part.ident.to_string());
        let message = if path.segments.iter().any(|part| !part.arguments.is_none()) {
            "`crate` takes a path without `<…>`: `crate = ::agent_kit::runtime`".to_owned()
        } else if path.leading_colon.is_some()
            || matches!(first.as_deref(), Some("crate" | "$crate"))
        {
            return Ok(Self::handed_over(path));
        } else {
            format!(
                "`crate` takes a path that means the same in every module; write `crate = {}`",
                from_root(path)
            )
        };
        Err(syn::Error::new_spanned(path, message))
    }

    /// A path that needs no check: `$crate` from a macro of the runtime's own.
    pub(crate) fn handed_over(path: impl ToTokens) -> Self {
        Self(Some(path.into_token_stream()))
    }

    /// `::tool_runtime::__private`, located at `span`. The tokens of a path that was written keep what they mean where
    /// they were written, `$crate` above all.
    pub(crate) fn private(&self, span: Span) -> TokenStream {
        let Some(path) = &self.0 else {
            return quote_spanned!(span=> ::tool_runtime::__private);
        };
        let path = path.clone().into_iter().map(|mut token| {
            token.set_span(token.span().located_at(span));
            token
        });
        quote_spanned!(span=> #(#path)*::__private)
    }
}

/// A path as it begins at a root: of a crate where it names one, else of the user's own, as far as the macro knows it.
fn from_root(path: &Path) -> String {
    let names: Vec<String> = path
        .segments
        .iter()
        .map(|part| part.ident.to_string())
        .collect();
    let relative = names
        .iter()
        .take_while(|name| *name == "self" || *name == "super")
        .count();
    let root = if relative == 0 { "::" } else { "crate::…::" };
    format!("{root}{}", names[relative..].join("::"))
}
