//! serde's and schemars' attributes for a field, on an argument.
//!
//! Lifted into the parameter table is what it has a place for. Carried is what says how a value is read or described in
//! ways of its own. Refused is what has no meaning for an argument, and what a schema would promise and nothing keep.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{ExprPath, LitStr, Type};

use super::refused::{EXTEND, is_annotation, refused, unchecked};
use super::{ALIAS, DefaultValue, LENGTH, RANGE, RENAME, Reader, string};
use crate::model::options::nearest;
use crate::model::plain;
use crate::parse::arg;
use crate::parse::args::{RawOption, RawValue};

/// What `#[serde(…)]` may say about an argument.
const SERDE: [&str; 5] = ["alias", "default", "deserialize_with", "rename", "with"];

/// What `#[schemars(…)]` may say about an argument.
const SCHEMARS: [&str; 18] = [
    "default",
    "description",
    "email",
    "example",
    "extend",
    "ip",
    "ipv4",
    "ipv6",
    "length",
    "pattern",
    "range",
    "regex",
    "rename",
    "schema_with",
    "title",
    "transform",
    "url",
    "with",
];

impl Reader<'_> {
    /// An option of `#[serde(…)]`.
    pub(super) fn serde(&mut self, option: RawOption) {
        let key = plain(&option.key);
        if let Some(reason) = refused(&key) {
            return self.errors.push(&option.key, reason);
        }
        if !SERDE.contains(&key.as_str()) {
            return self.unknown("serde", &option, &SERDE);
        }
        let whole = tokens(&option);
        let RawOption { key: ident, value } = option;
        match (key.as_str(), value) {
            ("rename", RawValue::List(list)) => self.rename_to_read(list),
            ("rename", RawValue::Assigned(value)) => self.rename(&ident, value),
            ("alias", RawValue::Assigned(value)) => self.alias(&ident, value),
            ("default", value @ (RawValue::Flag | RawValue::Assigned(_))) => {
                self.default_of_serde(&ident, value);
            }
            ("with" | "deserialize_with", RawValue::Assigned(value)) => {
                if self.first("reading", &ident) && self.path::<ExprPath>(&ident, value, WITH) {
                    self.member.carried.serde.push(whole);
                }
            }
            (_, value) => {
                let form = match key.as_str() {
                    "rename" => RENAME,
                    "alias" => ALIAS,
                    "default" => DEFAULT,
                    _ => WITH,
                };
                self.errors.push(RawOption { key: ident, value }, form);
            }
        }
    }

    /// An option of `#[schemars(…)]`.
    pub(super) fn schemars(&mut self, option: RawOption) {
        let key = plain(&option.key);
        if let Some(reason) = refused(&key).or_else(|| unchecked(&key).map(str::to_owned)) {
            return self.errors.push(&option.key, reason);
        }
        if !SCHEMARS.contains(&key.as_str()) {
            return self.unknown("schemars", &option, &SCHEMARS);
        }
        let whole = tokens(&option);
        let RawOption { key: ident, value } = option;
        match (key.as_str(), value) {
            ("rename", RawValue::List(list)) => self.rename_to_read(list),
            ("rename", RawValue::Assigned(value)) => self.rename(&ident, value),
            ("default", value @ (RawValue::Flag | RawValue::Assigned(_))) => {
                self.default_of_serde(&ident, value);
            }
            ("title", RawValue::Assigned(value)) if !value.is_empty() => {
                if self.first("title", &ident) {
                    self.member.title = Some(value);
                }
            }
            ("description", RawValue::Assigned(value)) if !value.is_empty() => {
                if self.first("description", &ident) {
                    self.member.description = value;
                }
            }
            ("example", RawValue::Assigned(value)) => self.example(&ident, value),
            ("range", RawValue::List(list)) => self.range(&ident, list),
            ("length", RawValue::List(list)) => self.length(&ident, list),
            ("pattern", RawValue::List(value)) => self.pattern(&ident, value),
            ("regex", RawValue::List(list)) => self.regex(&ident, list),
            ("with", RawValue::Assigned(value)) => {
                if self.first("schema", &ident) && self.path::<Type>(&ident, value, SCHEMA) {
                    self.member.carried.schemars.push(whole);
                }
            }
            ("schema_with", RawValue::Assigned(value)) => {
                if self.first("schema", &ident) && self.path::<ExprPath>(&ident, value, SCHEMA) {
                    self.member.carried.schemars.push(whole);
                }
            }
            ("extend", RawValue::List(list)) => {
                if is_annotation(&ident, list, self.errors) {
                    self.member.carried.schemars.push(whole);
                }
            }
            ("transform", RawValue::Assigned(value)) if !value.is_empty() => {
                self.member.carried.schemars.push(whole);
            }
            ("email" | "url" | "ip" | "ipv4" | "ipv6", RawValue::Flag) => {
                if self.first("format", &ident) {
                    self.member.carried.schemars.push(whole);
                }
            }
            (_, value) => {
                let form = match key.as_str() {
                    "rename" => RENAME,
                    "default" => DEFAULT,
                    "range" => RANGE,
                    "length" => LENGTH,
                    "pattern" | "regex" => REGEX,
                    "with" | "schema_with" => SCHEMA,
                    "extend" => EXTEND,
                    "transform" => "`transform` takes a function: `transform = remove_format`",
                    "title" | "description" | "example" => {
                        "this option takes an expression after `=`: `title = \"Customer\"`"
                    }
                    _ => "a format stands alone: `#[schemars(email)]`",
                };
                self.errors.push(RawOption { key: ident, value }, form);
            }
        }
    }

    fn unknown(&mut self, attribute: &str, option: &RawOption, known: &[&'static str]) {
        let key = plain(&option.key);
        let message = match nearest(&key, known.iter().copied()) {
            Some(near) => format!("unknown option `{key}`; did you mean `{near}`?"),
            None => format!(
                "`{attribute}` has no option `{key}` for an argument; write one of `{}`",
                known.join("`, `")
            ),
        };
        self.errors.push(&option.key, message);
    }

    /// `rename(serialize = "…", deserialize = "…")`, of which only reading is of interest; a second name to read is
    /// another one, as in serde.
    fn rename_to_read(&mut self, list: TokenStream) {
        for RawOption { key, value } in arg::list_of(list, self.errors) {
            match (plain(&key).as_str(), value) {
                ("deserialize", RawValue::Assigned(value)) if self.member.rename.is_some() => {
                    self.alias(&key, value);
                }
                ("deserialize", RawValue::Assigned(value)) => self.rename(&key, value),
                ("serialize", RawValue::Assigned(_)) => self.errors.push(
                    key,
                    "an argument is read and never written; write `rename = \"…\"` for the name that the model sends",
                ),
                (_, _) => self.errors.push(key, RENAME),
            }
        }
    }

    /// `default` or `default = "path"`.
    fn default_of_serde(&mut self, key: &syn::Ident, value: RawValue) {
        let RawValue::Assigned(value) = value else {
            return self.default(key, DefaultValue::Trait(key.clone()));
        };
        let Some(text) = string(key, value, DEFAULT, self.errors) else {
            return;
        };
        match text.parse::<ExprPath>() {
            Ok(path) => self.default(key, DefaultValue::Value(quote!(#path()))),
            Err(_) => self.errors.push(text, DEFAULT),
        }
    }

    /// `regex(pattern = "…")`.
    fn regex(&mut self, key: &syn::Ident, list: TokenStream) {
        let mut options = arg::list_of(list, self.errors);
        match (options.pop(), options.is_empty()) {
            (
                Some(RawOption {
                    key,
                    value: RawValue::Assigned(value),
                }),
                true,
            ) if key == "pattern" => self.pattern(&key, value),
            _ => self.errors.push(key, REGEX),
        }
    }

    /// Whether the string after `key =` is a path or a type.
    fn path<T: syn::parse::Parse>(
        &mut self,
        key: &syn::Ident,
        value: TokenStream,
        form: &str,
    ) -> bool {
        let text: Option<LitStr> = string(key, value, form, self.errors);
        let Some(text) = text else {
            return false;
        };
        let good = text.parse::<T>().is_ok();
        if !good {
            self.errors.push(text, form);
        }
        good
    }

    /// What is read by a function of its own is not what the type's schema says.
    pub(super) fn foreign_reading(&mut self) {
        let given = |what| self.given.iter().find(move |(given, _)| *given == what);
        if self.member.carried.serde.is_empty() {
            return;
        }
        if let (Some((_, reading)), None) = (given("reading"), given("schema")) {
            let reading = reading.clone();
            self.errors.push(
                &reading,
                format_args!(
                    "what `{reading}` reads, the schema of the argument's type need not say; write `#[schemars(with = \"String\")]` with the type it reads, or `schema_with = \"…\"`"
                ),
            );
        }
    }
}

const DEFAULT: &str =
    "`default` stands alone or takes the path of a function in a string: `default = \"ten\"`";

const WITH: &str = "this option takes a path in a string: `deserialize_with = \"from_hex\"` a function's, `with = \"hex\"` a module's";

const SCHEMA: &str = "`with` takes a type in a string, and `schema_with` a function: `with = \"String\"`, `schema_with = \"hex_schema\"`";

const REGEX: &str = "a pattern is written so: `regex(pattern = \"^[A-Z]{2}$\")`";

/// The option as it was written.
fn tokens(option: &RawOption) -> TokenStream {
    let key = &option.key;
    match &option.value {
        RawValue::Flag => quote!(#key),
        RawValue::Assigned(value) => quote!(#key = #value),
        RawValue::List(list) => quote!(#key(#list)),
    }
}
