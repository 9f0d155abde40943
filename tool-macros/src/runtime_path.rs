//! Where expansions find the runtime.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::Path;

use crate::errors::Errors;

/// The path of the runtime: `::tool_runtime`, or what `crate = …` says.
#[derive(Clone, Default)]
pub(crate) struct RuntimePath(Option<TokenStream>);

impl RuntimePath {
    /// What `crate = …` says. A path that depends on the module it stands in is refused, since a `use` or a `mod` added
    /// later could give it another meaning; what stands in beside the error uses it all the same.
    pub(crate) fn new(path: &Path, errors: &mut Errors) -> Self {
        let first = path.segments.first().map(|part| part.ident.to_string());
        let absolute =
            path.leading_colon.is_some() || matches!(first.as_deref(), Some("crate" | "$crate"));
        if path.segments.iter().any(|part| !part.arguments.is_none()) {
            errors.push(
                path,
                "`crate` takes a path without `<…>`: `crate = ::agent_kit::runtime`",
            );
            return Self::default();
        }
        if !absolute {
            let from_root = from_root(path);
            errors.push(
                path,
                format_args!("`crate` takes a path that means the same in every module; write `crate = {from_root}`"),
            );
        }
        Self::handed_over(path)
    }

    /// A path that needs no check: `$crate` from a macro of the runtime's own.
    pub(crate) fn handed_over(path: impl ToTokens) -> Self {
        Self(Some(path.into_token_stream()))
    }

    /// Gives the runtime the name that [`private`] uses, in the block it stands in. A path that leads nowhere is one error.
    pub(crate) fn import(&self) -> TokenStream {
        let path = self.path();
        quote!(use #path::__private as __tool_private;)
    }

    /// Makes `#[tool]` known in the module it stands in, unless something of that name is there.
    pub(crate) fn import_of_tool(&self) -> TokenStream {
        let path = self.path();
        quote!(#[allow(unused_imports)] use #path::__private::attributes::*;)
    }

    fn path(&self) -> TokenStream {
        self.0.clone().unwrap_or_else(|| quote!(::tool_runtime))
    }
}

/// The runtime below its [`import`](RuntimePath::import), located at `span`. No token of the user's path stands there,
/// since a `$crate` would drag the macro it comes from into errors there.
pub(crate) fn private(span: Span) -> TokenStream {
    quote_spanned!(span=> __tool_private)
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
