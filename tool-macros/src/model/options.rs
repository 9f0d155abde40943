//! What the options of `#[tool]` say.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::{Expr, Ident, LitBool, LitStr, Path, Type};

use super::number::{self, Retry};
use super::{check, plain};
use crate::errors::Errors;
use crate::parse::args::{RawOption, RawValue, comma_before, split_at_commas};
use crate::parse::key::{self, Template};
use crate::runtime_path::RuntimePath;

/// The options this version acts on.
const KNOWN: [&str; 21] = [
    "name",
    "title",
    "type",
    "description",
    "timeout",
    "reads",
    "writes",
    "pure",
    "exclusive",
    "destructive",
    "idempotent",
    "open_world",
    "approval",
    "retry",
    "max_concurrency",
    "inline",
    "output_schema",
    "strict",
    "tags",
    "discover",
    "crate",
];

/// The longest timeout a tool may ask for, as in the runtime's policy: one day.
const MAX_TIMEOUT_MS: u64 = 24 * 60 * 60 * 1000;

#[derive(Default)]
pub(crate) struct Options {
    /// Every option written, also those in which something is wrong.
    given: Vec<String>,
    pub(crate) name: Option<LitStr>,
    /// The name of the tool's type; of a wrong one, what it most likely was to be.
    pub(crate) ty: Option<Ident>,
    pub(crate) description: Option<LitStr>,
    pub(crate) hints: Hints,
    pub(crate) timeout: Option<u64>,
    pub(crate) effects: Effects,
    /// Whether a call made twice changes no more than one made once.
    pub(crate) is_idempotent: bool,
    pub(crate) retry: Option<Retry>,
    pub(crate) max_concurrency: Option<usize>,
    pub(crate) approval: Option<Approval>,
    pub(crate) inline: Option<Ident>,
    pub(crate) discover: Option<Type>,
    pub(crate) output_schema: Option<Ident>,
    /// Where the runtime is, and the option that says it.
    pub(crate) runtime: Option<(Ident, RuntimePath)>,
}

/// When a call needs approval.
pub(crate) enum Approval {
    Always,
    /// If this is true, in which the arguments stand under their names, borrowed.
    If(Expr),
}

/// How the tool is shown and offered.
#[derive(Default)]
pub(crate) struct Hints {
    pub(crate) title: Option<LitStr>,
    /// Whether it reaches what nobody here knows.
    pub(crate) open_world: Option<bool>,
    /// Whether it is offered with a strict schema.
    pub(crate) strict: Option<bool>,
    pub(crate) tags: Vec<LitStr>,
}

/// What a call touches, as declared.
#[derive(Default)]
pub(crate) struct Effects {
    pub(crate) reads: Vec<Template>,
    pub(crate) writes: Vec<Template>,
    pub(crate) pure: Option<Ident>,
    /// `exclusive`, alone.
    pub(crate) exclusive: Option<Ident>,
    /// `exclusive = "billing"`.
    pub(crate) group: Option<LitStr>,
    pub(crate) destructive: Option<Ident>,
}

impl Options {
    pub(crate) fn new(raw: Vec<RawOption>, errors: &mut Errors) -> Self {
        let mut options = Self::default();
        for option in raw {
            let key = plain(&option.key);
            if options.is_given(&key) {
                errors.push(&option.key, twice(&key));
                continue;
            }
            options.read(&key, option, errors);
            options.given.push(key);
        }
        options
    }

    /// Where the runtime is.
    pub(crate) fn runtime(&self) -> RuntimePath {
        let given = self.runtime.as_ref();
        given
            .map(|(_, runtime)| runtime.clone())
            .unwrap_or_default()
    }

    /// Whether the option is there, even if its value is wrong.
    pub(crate) fn is_given(&self, key: &str) -> bool {
        self.given.iter().any(|given| given == key)
    }

    fn read(&mut self, key: &str, option: RawOption, errors: &mut Errors) {
        let RawOption { key: ident, value } = option;
        match (key, value) {
            ("name", RawValue::Assigned(value)) => self.name = single(&ident, value, form(key), errors),
            ("type", RawValue::Assigned(value)) => self.ty = tool_type(&ident, value, errors),
            ("crate", RawValue::Assigned(value)) => {
                if let Some(path) = single(&ident, value, form(key), errors) {
                    self.runtime = Some((ident, RuntimePath::new(&path, errors)));
                }
            }
            ("discover", _) if !cfg!(feature = "discover") => errors.push(
                &ident,
                "option `discover` needs the feature `discover`; write `tool-runtime = { version = \"…\", features = [\"discover\"] }` in `Cargo.toml`, or list the tool in `tools![…]` instead",
            ),
            ("discover", RawValue::Assigned(value)) => {
                self.discover = single(&ident, value, form(key), errors);
            }
            ("description", RawValue::Assigned(value)) => {
                self.description = single(&ident, value, form(key), errors);
            }
            ("title", RawValue::Assigned(value)) => {
                self.hints.title = single(&ident, value, form(key), errors).and_then(|title: LitStr| {
                    errors.keep(filled(title, "`title` is empty; write what people are to read, or leave it out"))
                });
            }
            ("open_world", value @ (RawValue::Flag | RawValue::Assigned(_))) => {
                self.hints.open_world = said(&ident, value, errors);
            }
            ("strict", value @ (RawValue::Flag | RawValue::Assigned(_))) => {
                self.hints.strict = said(&ident, value, errors);
            }
            ("tags", RawValue::List(list)) => self.hints.tags = tags(&ident, list, errors),
            ("timeout", RawValue::Assigned(value)) => {
                self.timeout = single(&ident, value, form(key), errors).and_then(|text: LitStr| {
                    milliseconds(&text.value())
                        .map_err(|message| errors.push(text, message))
                        .ok()
                });
            }
            ("reads", RawValue::List(list)) => {
                self.effects.reads = templates(&ident, list, errors);
            }
            ("writes", RawValue::List(list)) => {
                self.effects.writes = templates(&ident, list, errors);
            }
            ("pure", RawValue::Flag) => self.effects.pure = Some(ident),
            ("exclusive", RawValue::Flag) => self.effects.exclusive = Some(ident),
            ("exclusive", RawValue::Assigned(value)) => {
                self.effects.group = single(&ident, value, form(key), errors);
            }
            ("destructive", RawValue::Flag) => self.effects.destructive = Some(ident),
            ("idempotent", RawValue::Flag) => self.is_idempotent = true,
            ("retry", value) => self.retry = Some(Retry::new(ident, value, errors)),
            ("max_concurrency", RawValue::Assigned(value)) => {
                self.max_concurrency = number::calls(&ident, value, errors);
            }
            ("approval", RawValue::Flag) => self.approval = Some(Approval::Always),
            ("approval", RawValue::Assigned(value)) => {
                self.approval = single(&ident, value, form(key), errors).map(Approval::If);
            }
            ("inline", RawValue::Flag) => self.inline = Some(ident),
            ("output_schema", RawValue::Flag) => self.output_schema = Some(ident),
            (known, value) if KNOWN.contains(&known) => {
                let found = RawOption { key: ident, value };
                errors.push(found, form(known));
            }
            (unknown, _) => errors.push(&ident, unknown_option(unknown)),
        }
    }
}

/// How to write the option `key`.
fn form(key: &str) -> &'static str {
    match key {
        "name" => "`name` takes a string: `name = \"get_customer\"`",
        "type" => "`type` takes a plain name: `type = GetCustomer`",
        "crate" => "`crate` takes a path: `crate = ::agent_kit::runtime`",
        "description" => "`description` takes a string: `description = \"Look up a customer.\"`",
        "timeout" => "`timeout` takes a duration in a string: `timeout = \"30s\"`",
        "reads" => {
            "`reads` takes keys in parentheses and quotes: `reads(\"customer:{customer_id}\")`"
        }
        "writes" => {
            "`writes` takes keys in parentheses and quotes: `writes(\"customer:{customer_id}\")`"
        }
        "discover" => {
            "`discover` takes the type of a toolbox's state, without commas: `discover = App`"
        }
        "exclusive" => {
            "`exclusive` stands alone, or takes the name of a group in quotes: `exclusive = \"billing\"`"
        }
        "destructive" => "`destructive` stands alone: `#[tool(destructive)]`",
        "idempotent" => "`idempotent` stands alone: `#[tool(idempotent)]`",
        "max_concurrency" => number::MAX_CONCURRENCY,
        "title" => "`title` takes a string: `title = \"Customer lookup\"`",
        "open_world" => "`open_world` stands alone, or with a value: `open_world = false`",
        "strict" => "`strict` stands alone, or with a value: `strict = false`",
        "tags" => "`tags` takes words in parentheses and quotes: `tags(\"billing\", \"support\")`",
        "approval" => {
            "`approval` stands alone, or with a condition in which the arguments are borrowed: `approval = *amount > 100`"
        }
        "inline" => "`inline` stands alone: `#[tool(inline)]`",
        "output_schema" => "`output_schema` stands alone: `#[tool(output_schema)]`",
        _ => "`pure` stands alone: `#[tool(pure)]`",
    }
}

fn twice(key: &str) -> String {
    match key {
        "tags" => {
            "option `tags` is given twice; put all into one: `tags(\"billing\", \"support\")`"
                .to_owned()
        }
        "reads" | "writes" => {
            format!(
                "option `{key}` is given twice; put all keys into one: `{key}(\"a:{{x}}\", \"b:{{y}}\")`"
            )
        }
        _ => format!("option `{key}` is given twice; keep one"),
    }
}

fn unknown_option(unknown: &str) -> String {
    match nearest(unknown, KNOWN) {
        Some(near) => format!("unknown option `{unknown}`; did you mean `{near}`?"),
        None => format!(
            "unknown option `{unknown}`; write `name`, `title`, `type`, `description`, `timeout`, `reads(…)`, `writes(…)`, `pure`, `exclusive`, `destructive`, `idempotent`, `open_world`, `approval`, `retry(…)`, `max_concurrency`, `inline`, `output_schema`, `strict`, `tags(…)`, `discover` or `crate`"
        ),
    }
}

/// The candidate that `typed` is most likely a misspelling of.
pub(super) fn nearest<'a>(
    typed: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    candidates
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(typed, candidate), candidate))
        .filter(|(similarity, _)| *similarity > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

/// The one thing that stands after the `=` of the option `ident`, which is written in this `form`.
pub(super) fn single<T: Parse>(
    ident: &Ident,
    value: TokenStream,
    form: &str,
    errors: &mut Errors,
) -> Option<T> {
    let parser = |input: ParseStream| {
        Ok((
            input.parse::<T>()?,
            input.peek(Ident::peek_any),
            input.parse::<TokenStream>()?,
        ))
    };
    match parser.parse2(value.clone()) {
        Ok((value, _, rest)) if rest.is_empty() => return Some(value),
        Ok((_, true, rest)) => {
            let next = rest.clone().into_iter().next();
            errors.push(rest, comma_before(&next.to_token_stream()));
        }
        Err(_) if value.is_empty() => errors.push(ident, form),
        Ok(_) | Err(_) => errors.push(value, form),
    }
    None
}

/// The name after `type =`.
fn tool_type(ident: &Ident, value: TokenStream, errors: &mut Errors) -> Option<Ident> {
    let meant = match syn::parse2::<Path>(value.clone()) {
        Ok(path) if path.get_ident().is_none() => {
            path.segments.last().map(|last| last.ident.clone())
        }
        _ => syn::parse2::<LitStr>(value.clone())
            .ok()
            .and_then(|text| text.parse().ok()),
    };
    if let Some(meant) = meant {
        errors.push(
            value,
            format_args!("`type` takes a plain name; write `type = {meant}`"),
        );
        return Some(meant);
    }
    let name = single(ident, value, form("type"), errors)?;
    check::type_name(&name, errors);
    Some(name)
}

/// What a flag says that may be `= false`.
fn said(ident: &Ident, value: RawValue, errors: &mut Errors) -> Option<bool> {
    match value {
        RawValue::Assigned(value) => {
            single(ident, value, form(&plain(ident)), errors).map(|said: LitBool| said.value)
        }
        RawValue::Flag | RawValue::List(_) => Some(true),
    }
}

/// A text that has something in it.
fn filled(text: LitStr, problem: &str) -> syn::Result<LitStr> {
    match text.value().trim() {
        "" => Err(syn::Error::new(text.span(), problem)),
        _ => Ok(text),
    }
}

fn tags(ident: &Ident, list: TokenStream, errors: &mut Errors) -> Vec<LitStr> {
    let mut tags: Vec<LitStr> = Vec::new();
    let pieces = split_at_commas(list);
    if pieces.is_empty() {
        errors.push(ident, form("tags"));
    }
    for piece in pieces {
        let Some(tag) = single(ident, piece, form("tags"), errors) else {
            continue;
        };
        let Some(tag) = errors.keep(filled(
            tag,
            "`tags` has an empty one; write a word, or leave it out",
        )) else {
            continue;
        };
        match tags.iter().any(|other| other.value() == tag.value()) {
            true => errors.push(
                &tag,
                format_args!("the tag `{}` is there twice; keep one", tag.value()),
            ),
            false => tags.push(tag),
        }
    }
    tags
}

fn templates(ident: &Ident, list: TokenStream, errors: &mut Errors) -> Vec<Template> {
    let keys = split_at_commas(list);
    if keys.is_empty() {
        errors.push(ident, form(&plain(ident)));
    }
    keys.into_iter()
        .filter_map(|key| template(ident, key, errors))
        .collect()
}

/// One key in its quotes.
fn template(ident: &Ident, key: TokenStream, errors: &mut Errors) -> Option<Template> {
    let parser = |input: ParseStream| Ok((input.parse::<LitStr>()?, input.parse::<TokenStream>()?));
    match parser.parse2(key.clone()) {
        Ok((literal, rest)) if rest.is_empty() => return errors.keep(key::parse(literal)),
        Ok((literal, rest)) => errors.push(
            rest,
            format_args!("expected `,` after `{}`", literal.to_token_stream()),
        ),
        Err(_) => {
            let option = plain(ident);
            match syn::parse2::<Ident>(key.clone()) {
                Ok(word) => errors.push(
                    word.clone(),
                    format_args!("a key stands in quotes; write `{option}(\"{word}\")`"),
                ),
                Err(_) => errors.push(key, form(&option)),
            }
        }
    }
    None
}

/// `"500ms"`, `"30s"`, `"2m"`, `"1h"`.
fn milliseconds(text: &str) -> Result<u64, String> {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, unit) = text.split_at(digits);
    let unit = match unit.trim_start() {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        _ => return Err(form("timeout").to_owned() + ", with `ms`, `s`, `m` or `h`"),
    };
    if number.is_empty() {
        return Err(form("timeout").to_owned());
    }
    match number.parse::<u64>().ok().and_then(|n| n.checked_mul(unit)) {
        Some(0) => Err(format!(
            "`{text}` would end every call; leave `timeout` out to have the policy's"
        )),
        Some(ms) if ms <= MAX_TIMEOUT_MS => Ok(ms),
        _ => Err(format!(
            "`{text}` is too long; a timeout is at most one day: `timeout = \"24h\"`"
        )),
    }
}
