//! What serde's and schemars' attributes must not say about an argument, and why.

use proc_macro2::{TokenStream, TokenTree};
use syn::{Ident, LitStr};

use crate::errors::Errors;
use crate::parse::args::split_at_commas;

/// The keywords of JSON Schema that say which values are valid, or that an option says in its own way.
const CHECKED: [&str; 51] = [
    "$anchor",
    "$defs",
    "$dynamicAnchor",
    "$dynamicRef",
    "$id",
    "$ref",
    "$schema",
    "$vocabulary",
    "additionalItems",
    "additionalProperties",
    "allOf",
    "anyOf",
    "const",
    "contains",
    "default",
    "definitions",
    "dependencies",
    "dependentRequired",
    "dependentSchemas",
    "deprecated",
    "description",
    "else",
    "enum",
    "examples",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "if",
    "items",
    "maxContains",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minContains",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "not",
    "oneOf",
    "pattern",
    "patternProperties",
    "prefixItems",
    "properties",
    "propertyNames",
    "required",
    "then",
    "title",
    "type",
    "uniqueItems",
];

/// How to write annotations.
pub(super) const EXTEND: &str =
    "`extend` takes keywords with their values: `extend(\"x-unit\" = \"cm\")`";

/// Why an attribute that a field may have makes no sense on an argument.
pub(super) fn refused(key: &str) -> Option<String> {
    let reason = match key {
        "flatten" => {
            "`flatten` is for one argument that takes all; write `#[arg(flatten)]`, or leave it out"
        }
        "skip" | "skip_deserializing" => {
            return Some(format!(
                "`{key}` hides an argument from the model that sends it; write `#[state]` if the program gives the value"
            ));
        }
        "skip_serializing" | "skip_serializing_if" | "serialize_with" | "getter" => {
            return Some(format!(
                "an argument is read and never written; remove `{key}`"
            ));
        }
        "borrow" => {
            "an argument is lent from what the call owns, without `borrow`; write `name: &str`, or own it"
        }
        "bound" => "a tool has no type parameters to bound; remove `bound`",
        "remote"
        | "transparent"
        | "rename_all"
        | "rename_all_fields"
        | "tag"
        | "content"
        | "untagged"
        | "deny_unknown_fields"
        | "from"
        | "try_from"
        | "into"
        | "crate"
        | "inline"
        | "expecting"
        | "other" => {
            return Some(format!(
                "`{key}` stands above a type and says nothing about an argument; write it there, or `rename = \"…\"` to give this argument another name"
            ));
        }
        _ => return None,
    };
    Some(reason.to_owned())
}

/// Why a check that schemars advertises cannot stand on an argument.
pub(super) fn unchecked(key: &str) -> Option<&'static str> {
    Some(match key {
        "required" => {
            "`required` does not go with an `Option`, which may be left out; write the type without `Option`"
        }
        "inner" => {
            "what `inner` promises, nothing would check; put the bound into a type of its own for the items, or check it in the body and say it in the `///`"
        }
        "contains" => {
            "what `contains` promises, nothing would check; for a text write `pattern = \"…\"`, else check it in the body and say it in the `///`"
        }
        _ => return None,
    })
}

/// Whether `extend("x-unit" = "cm")` adds what is said for the reader alone.
pub(super) fn is_annotation(key: &Ident, list: TokenStream, errors: &mut Errors) -> bool {
    let pieces = split_at_commas(list);
    if pieces.is_empty() {
        errors.push(key, EXTEND);
        return false;
    }
    let mut good = true;
    for piece in pieces {
        let mut tokens = piece.clone().into_iter();
        let (first, then) = (tokens.next(), tokens.next());
        let keyword = first.and_then(|first| syn::parse2::<LitStr>(first.into()).ok());
        let assigned = matches!(then, Some(TokenTree::Punct(then)) if then.as_char() == '=');
        match keyword.filter(|_| assigned && tokens.next().is_some()) {
            None => {
                errors.push(piece, EXTEND);
                good = false;
            }
            Some(keyword) if CHECKED.contains(&keyword.value().as_str()) => {
                let name = keyword.value();
                errors.push(
                    keyword,
                    format_args!("the schema would say by `{name}` what nothing checks; write it as an option such as `range(…)`, or give the type's whole schema with `schema_with = \"…\"`"),
                );
                good = false;
            }
            Some(_) => {}
        }
    }
    good
}
