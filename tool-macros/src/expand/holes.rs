//! What stands in the holes of effect templates, checked by the compiler.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;

use super::arguments::{Argument, arguments};
use crate::model::ToolFn;
use crate::parse::key::Hole;
use crate::runtime_path::private;

/// One check for each hole, however often it is there.
pub(super) fn expand(tool: &ToolFn<'_>) -> TokenStream {
    let arguments: Vec<Argument<'_>> = arguments(tool).collect();
    let mut seen: Vec<&Hole> = Vec::new();
    let mut checks = TokenStream::new();
    for template in tool.effects.reads.iter().chain(&tool.effects.writes) {
        for hole in &template.holes {
            if seen.contains(&hole) {
                continue;
            }
            seen.push(hole);
            let value = arguments
                .iter()
                .find(|argument| argument.name == hole.parameter);
            checks.extend(value.map(|value| check(value, hole, template.literal.span())));
        }
    }
    checks
}

/// ```text
/// const _: () = {
///     fn __tool_hole(value: Order) {
///         let value = Some(&value);
///         let value = Reached(value).open().map(|value| &value.account);
///         let value = Reached(value).open().map(|value| &value.id);
///         hole(&value);
///     }
/// };
/// ```
///
/// Dotted holes go through an `Option` on the way, since else nothing could be written for a field of an optional struct.
/// A function that nothing calls is checked and not compiled. All of it stands at the template, so that rustc underlines
/// that, but is ours: located alone, or rustc would propose to mend the template as if it were this function.
fn check(value: &Argument<'_>, hole: &Hole, template: Span) -> TokenStream {
    let span = Span::call_site().located_at(template);
    let private = private(span);
    let owned = value.owned();
    let fields = &hole.fields;
    quote_spanned! {span=>
        const _: () = {
            #[allow(unused_imports)]
            use #private::AnyReached as _;
            #[allow(dead_code)]
            fn __tool_hole(__tool_value: #owned) {
                let __tool_value = ::core::option::Option::Some(&__tool_value);
                #(let __tool_value =
                    #private::Reached(__tool_value).open().map(|__tool_value| &__tool_value.#fields);)*
                #private::hole(&__tool_value);
            }
        };
    }
}
