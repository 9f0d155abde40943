//! What the attributes of an argument say: `#[arg(…)]`, and what serde and schemars have for a field.
//!
//! None is dropped in silence: each is lifted into the parameter table, carried by a type that exists for that argument
//! only, or refused with a reason.

mod bounds;
mod foreign;
mod refused;

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Attribute, Expr, ExprLit, Ident, Lit, LitStr};

use super::marker::flattens;
use super::options::nearest;
use super::plain;
use super::spelled;
use crate::errors::Errors;
use crate::parse::arg;
use crate::parse::args::{RawOption, RawValue};
use crate::parse::doc;
pub(crate) use bounds::Bounds;
use bounds::{LENGTH, PATTERN, RANGE};

/// One member of the arguments object.
#[derive(Default)]
pub(crate) struct Member {
    /// The name on the wire, if it is not the parameter's.
    pub(crate) rename: Option<LitStr>,
    /// Other names it is taken under.
    pub(crate) aliases: Vec<LitStr>,
    /// An expression; empty without one.
    pub(crate) description: TokenStream,
    /// An expression.
    pub(crate) title: Option<TokenStream>,
    pub(crate) deprecated: bool,
    pub(crate) default: Option<DefaultValue>,
    pub(crate) examples: Vec<TokenStream>,
    pub(crate) bounds: Bounds,
    pub(crate) carried: Carried,
}

/// What fills an argument that is not there.
pub(crate) enum DefaultValue {
    /// What `Default` says: the token that asks for it.
    Trait(Ident),
    /// A string, converted with `From`.
    Text(LitStr),
    /// An expression of the argument's type.
    Value(TokenStream),
}

/// The attributes that a field of a type of our own carries, as they were written.
#[derive(Default)]
pub(crate) struct Carried {
    pub(crate) serde: Vec<TokenStream>,
    pub(crate) schemars: Vec<TokenStream>,
}

impl Carried {
    pub(crate) fn is_empty(&self) -> bool {
        self.serde.is_empty() && self.schemars.is_empty()
    }
}

/// How to write a default.
const DEFAULT: &str =
    "`default` stands alone or takes an expression of the argument's type: `default = 10`";

/// How to write another name.
const RENAME: &str = "`rename` takes a string: `rename = \"customerId\"`";

/// How to write one more name.
const ALIAS: &str = "`alias` takes a string: `alias = \"customerId\"`";

/// How to write an example.
const EXAMPLE: &str = "`example` takes an expression: `example = 7`";

/// The options of `#[arg(…)]`, `flatten` aside.
const KNOWN: [&str; 7] = [
    "alias", "default", "example", "length", "pattern", "range", "rename",
];

/// Whether `attr` is one of those that say something about an argument.
pub(super) fn is_option(attr: &Attribute) -> bool {
    ["arg", "serde", "schemars", "deprecated"]
        .iter()
        .any(|name| attr.path().is_ident(name))
}

/// Whether `attr` is `#[arg(flatten)]`.
pub(super) fn is_flatten(attr: &Attribute) -> bool {
    attr.path().is_ident("arg")
        && arg::parse(attr, &mut Errors::default())
            .iter()
            .any(|option| option.key == "flatten")
}

/// Only a member of the arguments has options; `none` says why this parameter has not the one it is given.
pub(super) fn refuse_options(attrs: &[Attribute], none: fn(&str) -> String, errors: &mut Errors) {
    for attr in attrs.iter().filter(|attr| is_option(attr)) {
        match is_flatten(attr) {
            false => errors.push(attr, none(&spelled(&attr.meta))),
            true => {
                for option in arg::parse(attr, errors) {
                    match (&option.value, option.key == "flatten") {
                        (RawValue::Flag, true) => {}
                        (_, true) => errors.push(
                            option,
                            "`flatten` stands alone: `#[arg(flatten)] search: Search`",
                        ),
                        (_, false) => {
                            let message = none(&plain(&option.key));
                            errors.push(option.key, message);
                        }
                    }
                }
            }
        }
    }
}

/// Reads the attributes of an argument of type `ty`.
pub(super) fn read(attrs: &[Attribute], errors: &mut Errors) -> Member {
    let mut reader = Reader {
        member: Member::default(),
        given: Vec::new(),
        errors,
    };
    // What was meant as the whole object is refused already.
    for attr in attrs.iter().filter(|attr| flattens(attr).is_none()) {
        if attr.path().is_ident("arg") {
            for option in arg::parse(attr, reader.errors) {
                reader.ours(option);
            }
        } else if attr.path().is_ident("serde") {
            for option in arg::parse(attr, reader.errors) {
                reader.serde(option);
            }
        } else if attr.path().is_ident("schemars") {
            for option in arg::parse(attr, reader.errors) {
                reader.schemars(option);
            }
        } else if attr.path().is_ident("deprecated") {
            reader.deprecated(attr);
        }
    }
    reader.finish(attrs)
}

/// A member of the arguments while its attributes are read.
struct Reader<'e> {
    member: Member,
    /// What was said, whether rightly or not.
    given: Vec<(&'static str, Ident)>,
    errors: &'e mut Errors,
}

impl Reader<'_> {
    /// An option of `#[arg(…)]`.
    fn ours(&mut self, option: RawOption) {
        let key = plain(&option.key);
        if !KNOWN.contains(&key.as_str()) {
            let message = match nearest(&key, KNOWN) {
                Some(near) => format!("unknown option `{key}`; did you mean `{near}`?"),
                None => format!(
                    "unknown option `{key}`; write `flatten`, `default`, `rename`, `alias`, `example`, `range(…)`, `length(…)` or `pattern`"
                ),
            };
            return self.errors.push(&option.key, message);
        }
        let RawOption { key: ident, value } = option;
        match (key.as_str(), value) {
            ("default", RawValue::Flag) => self.default(&ident, DefaultValue::Trait(ident.clone())),
            ("default", RawValue::Assigned(value)) => {
                let value = match syn::parse2(value.clone()).map(ungrouped) {
                    Ok(Expr::Lit(ExprLit {
                        lit: Lit::Str(text),
                        ..
                    })) => DefaultValue::Text(text),
                    Ok(_) => DefaultValue::Value(value),
                    Err(_) => return self.wrong(&ident, value, DEFAULT),
                };
                self.default(&ident, value);
            }
            ("rename", RawValue::Assigned(value)) => {
                self.rename(&ident, value);
            }
            ("alias", RawValue::Assigned(value)) => self.alias(&ident, value),
            ("example", RawValue::Assigned(value)) => self.example(&ident, value),
            ("range", RawValue::List(list)) => self.range(&ident, list),
            ("length", RawValue::List(list)) => self.length(&ident, list),
            ("pattern", RawValue::Assigned(value)) => self.pattern(&ident, value),
            (known, value) => {
                let form = match known {
                    "default" => DEFAULT,
                    "rename" => RENAME,
                    "alias" => ALIAS,
                    "example" => EXAMPLE,
                    "range" => RANGE,
                    "length" => LENGTH,
                    _ => PATTERN,
                };
                self.errors.push(RawOption { key: ident, value }, form);
            }
        }
    }

    /// Whether this is the first time that something is said about `what`; a second is reported at `key`.
    fn first(&mut self, what: &'static str, key: &Ident) -> bool {
        let first = self.given.iter().find(|(given, _)| *given == what);
        let Some(first) = first.map(|(_, first)| plain(first)) else {
            self.given.push((what, key.clone()));
            return true;
        };
        let message = match plain(key) {
            key if key == first => format!("`{key}` is given twice; keep one"),
            key => format!("`{first}` is given already, and `{key}` is about the same; keep one"),
        };
        self.errors.push(key, message);
        false
    }

    /// The value of `key` is not of its form.
    fn wrong(&mut self, key: &Ident, value: impl ToTokens, form: &str) {
        let value = value.to_token_stream();
        match value.is_empty() {
            true => self.errors.push(key, form),
            false => self.errors.push(value, form),
        }
    }

    fn default(&mut self, key: &Ident, value: DefaultValue) {
        if self.first("default", key) {
            self.member.default = Some(value);
        }
    }

    fn rename(&mut self, key: &Ident, value: TokenStream) {
        if self.first("rename", key)
            && let Some(name) = string(key, value, RENAME, self.errors)
        {
            match illegal_name(&name.value()) {
                Some(problem) => self.errors.push(name, problem),
                None => self.member.rename = Some(name),
            }
        }
    }

    fn alias(&mut self, key: &Ident, value: TokenStream) {
        self.member
            .aliases
            .extend(string(key, value, ALIAS, self.errors));
    }

    fn example(&mut self, key: &Ident, value: TokenStream) {
        match syn::parse2::<Expr>(value.clone()) {
            Ok(_) => self.member.examples.push(value),
            Err(_) => self.wrong(key, value, EXAMPLE),
        }
    }

    fn range(&mut self, key: &Ident, list: TokenStream) {
        if self.first("range", key) {
            self.member.bounds.range(key, list, self.errors);
        }
    }

    fn length(&mut self, key: &Ident, list: TokenStream) {
        if self.first("length", key) {
            self.member.bounds.length(key, list, self.errors);
        }
    }

    fn pattern(&mut self, key: &Ident, value: TokenStream) {
        if self.first("pattern", key) {
            self.member.bounds.pattern(key, value, self.errors);
        }
    }

    /// `#[deprecated]`, which schemars reads on a field.
    fn deprecated(&mut self, attr: &Attribute) {
        match attr.meta {
            syn::Meta::Path(_) => self.member.deprecated = true,
            _ => self.errors.push(
                attr,
                "a schema says only that an argument is deprecated; write `#[deprecated]`, and what to use instead in its `///`",
            ),
        }
    }

    /// What can only be told when all is read.
    fn finish(mut self, attrs: &[Attribute]) -> Member {
        self.foreign_reading();
        if let Some(description) = doc::text(attrs)
            && !self.given.iter().any(|(what, _)| *what == "description")
        {
            self.member.description = description;
        }
        self.member
    }
}

/// The expression without the invisible brackets in which `macro_rules!` hands over a `$value:expr`.
fn ungrouped(value: Expr) -> Expr {
    match value {
        Expr::Group(group) => ungrouped(*group.expr),
        value => value,
    }
}

/// The string after the `=` of the option `key`.
fn string(key: &Ident, value: TokenStream, form: &str, errors: &mut Errors) -> Option<LitStr> {
    if value.is_empty() {
        errors.push(key, form);
        return None;
    }
    match syn::parse2(value.clone()) {
        Ok(text) => Some(text),
        Err(_) => {
            errors.push(value, form);
            None
        }
    }
}

/// What is wrong with the name of an argument, unless every provider takes it.
pub(super) fn illegal_name(name: &str) -> Option<String> {
    let legal = (1..=64).contains(&name.len())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte));
    (!legal).then(|| {
        format!("argument name `{name}` is not one every provider takes: 1 to 64 ASCII letters, digits, `_`, `.` and `-`")
    })
}
