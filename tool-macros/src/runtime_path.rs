//! Where expansions find the runtime.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;

/// `::tool_runtime::__private`, located at `span`.
pub(crate) fn private(span: Span) -> TokenStream {
    quote_spanned!(span=> ::tool_runtime::__private)
}
