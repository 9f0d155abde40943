//! The rejections: what a tool cannot be, and what to write instead.

use proc_macro2::TokenTree;
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{GenericParam, Ident, LitStr, ReturnType, Safety, Signature, Type};

use super::options::nearest;
use super::toolset::Owner;
use super::{Approval, Effects, Options, Param, Role, contains, plain, spelled, written};
use crate::errors::Errors;
use crate::parse::item::ItemFn;
use crate::parse::key::Template;

/// The longest name every provider takes.
const MAX_NAME: usize = 64;

/// The most keys a tool may name, `reads` and `writes` together.
const MAX_KEYS: usize = 32;

/// Names that a type of the same name would shadow for the whole module.
const TAKEN: [&str; 20] = [
    "alloc", "bool", "char", "core", "f32", "f64", "i128", "i16", "i32", "i64", "i8", "isize",
    "std", "str", "u128", "u16", "u32", "u64", "u8", "usize",
];

pub(super) fn signature(item: &ItemFn, owner: Option<&Owner>, errors: &mut Errors) {
    let sig = &item.sig;
    if let (Some(receiver), None) = (sig.receiver(), owner) {
        errors.push(
            receiver,
            format_args!(
                "`{}` makes a method, which is a tool inside a toolset; write `#[toolset]` above its `impl`",
                spelled(receiver)
            ),
        );
    }
    if let (None, Some(token), None) = (sig.receiver(), item.self_type(), owner) {
        errors.push(
            token,
            "`Self` is known inside a toolset; write `#[toolset]` above the `impl`",
        );
    }
    if let Some(constness) = &sig.constness {
        errors.push(
            constness,
            "a tool cannot be `const`; write `async fn`, or `fn` alone",
        );
    }
    if !matches!(sig.safety, Safety::Default) {
        errors.push(
            &sig.safety,
            "a model cannot uphold the contract of an `unsafe fn`; write `fn` or `async fn` and uphold it in the body",
        );
    }
    if let Some(abi) = &sig.abi {
        errors.push(
            abi,
            format_args!(
                "a tool has Rust's own ABI, not `{}`; write `fn` or `async fn`",
                spelled(abi)
            ),
        );
    }
    if let Some(variadic) = &sig.variadic {
        errors.push(
            variadic.dots,
            "a tool has a fixed number of arguments; write a `Vec<…>` instead of `...`",
        );
    }
    for parameter in &sig.generics.params {
        let generic = |ident: &Ident| {
            format!(
                "a tool cannot be generic, since its schema is made once; write what `{ident}` stands for"
            )
        };
        let message = match parameter {
            GenericParam::Lifetime(_) => continue,
            GenericParam::Type(parameter) => generic(&parameter.ident),
            GenericParam::Const(parameter) => generic(&parameter.ident),
        };
        errors.push(parameter, message);
    }
    if let (true, Some(clause)) = (sig.generics.params.is_empty(), &sig.generics.where_clause) {
        errors.push(clause, "a tool takes no `where` clause; remove it");
    }
    if let ReturnType::Type(_, ty) = &sig.output
        && let Type::Never(_) = written(ty)
    {
        errors.push(
            ty,
            "a call ends with a result, and `!` never does; write the type of what the model reads",
        );
    }
    if let Some(again) = item.tool_again() {
        errors.push(
            again,
            "`#[tool]` is given twice; put all options into one, as in `#[tool(name = \"…\", pure)]`",
        );
    }
    // A method without a body stands in a trait, as it should.
    if !item.has_body() && !item.is_associated() {
        let message = format!(
            "`{}` has no body, and a tool needs one; write `{{ … }}` instead of `;`",
            plain(&sig.ident)
        );
        errors.push_syn(syn::Error::new(item.body.span(), message));
    }
}

/// What a method may not say though a function may.
pub(super) fn method(options: &Options, params: &[Param], owner: &Owner, errors: &mut Errors) {
    if let Some((option, _)) = &options.runtime {
        errors.push(
            option,
            "`crate` is said once for all tools of a block; write `#[toolset(crate = …)]` above it",
        );
    }
    if let (Some(ty), Some(_)) = (&options.ty, owner.generics.type_params().next()) {
        errors.push(
            ty,
            "a tool of a generic block has no type that a list could name; remove `type`",
        );
    }
    if let (Some(state), Some(_)) = (&options.discover, owner.generics.type_params().next()) {
        errors.push(
            state,
            "the tools of a generic block are many; list those of one type: `.tools(Desk::<Db>::tools())`",
        );
    }
    for param in params {
        let Role::Argument { ty, .. } = &param.role else {
            continue;
        };
        if let Some(parameter) = owner.parameter_in(ty) {
            errors.push(
                ty,
                format_args!(
                    "an argument's schema is made once, and `{parameter}` stands for many types; write the type you expect"
                ),
            );
        }
    }
}

/// Whether a type named `ident` would shadow one of Rust's own.
pub(crate) fn is_taken(ident: &Ident) -> bool {
    TAKEN.contains(&plain(ident).as_str())
}

/// The name that `type = …` gives the tool's type.
pub(super) fn type_name(name: &Ident, errors: &mut Errors) {
    if is_taken(name) {
        let name_of_type = plain(name);
        errors.push(
            name,
            format_args!(
                "a type named `{name_of_type}` would shadow Rust's own; write `type = {}`",
                type_for(&name_of_type)
            ),
        );
    }
}

/// A name for the tool's type where `name` is one of Rust's own.
pub(crate) fn type_for(name: &str) -> String {
    let (first, rest) = name.split_at(1);
    format!("{}{rest}Tool", first.to_uppercase())
}

/// The tool's name, checked against what every provider takes.
pub(super) fn name(
    ident: &Ident,
    options: &Options,
    is_listed: bool,
    errors: &mut Errors,
) -> String {
    let option = options.name.as_ref();
    let name = option.map_or_else(|| plain(ident), LitStr::value);
    let own = plain(ident);
    if is_taken(ident) && is_listed && !options.is_given("type") {
        errors.push(
            ident,
            format_args!("a tool has a type of the function's name, and `{own}` would shadow Rust's own; write `#[tool(type = {})]` to name the type", type_for(&own)),
        );
    }
    if let Some(problem) = illegal_name(&name) {
        match option {
            Some(literal) => errors.push(literal, problem),
            None if options.is_given("name") => {}
            None => errors.push(
                ident,
                format!(
                    "{problem}, as in `#[tool(name = \"…\")]`, which leaves the function its name"
                ),
            ),
        }
    }
    name
}

/// What every provider takes: `^[a-zA-Z_][a-zA-Z0-9_-]{0,63}$`.
fn illegal_name(name: &str) -> Option<String> {
    let length = name.chars().count();
    if length > MAX_NAME {
        return Some(format!(
            "tool name `{name}` has {length} characters, and providers take at most {MAX_NAME}; write a shorter one"
        ));
    }
    let mut characters = name.chars();
    let legal = characters
        .next()
        .is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && characters.all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    (!legal).then(|| {
        format!("tool name `{name}` is not one every provider takes; write ASCII letters, digits, `_` and `-`, a letter or `_` first")
    })
}

pub(super) fn missing_description(ident: &Ident, errors: &mut Errors) {
    errors.push(
        ident,
        format_args!(
            "the model needs a description of `{}`; write `/// What it does.` above it, or `#[tool(description = \"…\")]`",
            plain(ident)
        ),
    );
}

pub(super) fn output_schema(option: Option<&Ident>, sig: &Signature, errors: &mut Errors) {
    if let (Some(option), ReturnType::Default) = (option, &sig.output) {
        errors.push(
            option,
            "`output_schema` describes what is returned, which is nothing here; return a struct, or remove `output_schema`",
        );
    }
}

pub(super) fn effects(effects: &Effects, params: &[Param], tool: &Ident, errors: &mut Errors) {
    refuse_more_keys(effects, errors);
    contradictions(effects, errors);
    if let Some(name) = &effects.group {
        group(name, errors);
    }
    for template in effects.reads.iter().chain(&effects.writes) {
        holes(template, params, tool, errors);
    }
}

/// A call is tried again only where that can change nothing more. What is given counts, even if something else is wrong
/// with it.
pub(super) fn retry(options: &Options, errors: &mut Errors) {
    let Some(retry) = &options.retry else { return };
    let given = |key| options.is_given(key);
    let changes = ["writes", "exclusive", "destructive"]
        .into_iter()
        .any(given);
    if given("idempotent") || given("pure") || given("reads") && !changes {
        return;
    }
    let or = match changes {
        true => "or remove `retry`",
        false => "or `pure` or `reads(…)` if it changes nothing",
    };
    errors.push(
        &retry.option,
        format_args!(
            "`retry` would do nothing, since only a tool that is idempotent or changes nothing is tried again; write `idempotent` beside it if a call made twice changes no more than one made once, {or}"
        ),
    );
}

/// Options of which one says what another denies.
fn contradictions(effects: &Effects, errors: &mut Errors) {
    let (reads, writes) = (!effects.reads.is_empty(), !effects.writes.is_empty());
    let grouped = effects.group.is_some();
    let beside_pure = [
        ("reads", reads),
        ("writes", writes),
        ("exclusive", grouped || effects.exclusive.is_some()),
        ("destructive", effects.destructive.is_some()),
    ];
    for (other, _) in beside_pure.into_iter().filter(|(_, given)| *given) {
        if let Some(pure) = &effects.pure {
            errors.push(
                pure,
                format_args!(
                    "`pure` says that the tool touches nothing, `{other}` that it does; keep one"
                ),
            );
        }
    }
    let keys = match (reads, writes) {
        (false, false) => None,
        (true, _) => Some("reads"),
        (false, true) => Some("writes"),
    };
    if let (Some(exclusive), Some(keys)) = (&effects.exclusive, keys) {
        errors.push(
            exclusive,
            format_args!(
                "`exclusive` keeps every other call away, whatever `{keys}` says; keep one, or name a group beside the keys: `exclusive = \"billing\"`"
            ),
        );
    }
    if let (Some(destructive), true, false) = (&effects.destructive, reads, writes || grouped) {
        errors.push(
            destructive,
            "`destructive` says that a call changes something, `reads` without `writes` that it changes nothing; name in `writes(…)` what it destroys",
        );
    }
}

fn group(literal: &LitStr, errors: &mut Errors) {
    let name = literal.value();
    if name.is_empty() {
        errors.push(
            literal,
            "a group has a name; write `exclusive = \"billing\"`, or `exclusive` alone to keep every other call away",
        );
    } else if name.contains(char::is_control) {
        errors.push(
            literal,
            format_args!(
                "a group's name has no control characters; remove them from `{}`",
                name.escape_debug()
            ),
        );
    }
}

/// Every call is compared by each of its keys with the calls before it.
fn refuse_more_keys(effects: &Effects, errors: &mut Errors) {
    if let Some(template) = effects.reads.iter().chain(&effects.writes).nth(MAX_KEYS) {
        errors.push(
            &template.literal,
            format_args!(
                "a tool names at most {MAX_KEYS} keys, without `{}`; name what they have in common, since `customer` covers every `customer:{{id}}`",
                template.literal.value()
            ),
        );
    }
}

fn holes(template: &Template, params: &[Param], tool: &Ident, errors: &mut Errors) {
    let argument = |param: &Param| matches!(param.role, Role::Argument { .. });
    for hole in template.holes.iter().map(|hole| &hole.parameter) {
        match params.iter().find(|param| plain(&param.ident) == *hole) {
            Some(param) if argument(param) => {}
            Some(_) => errors.push(
                &template.literal,
                format_args!(
                    "`{{{hole}}}` is not an argument, and a key is made from what the model sends; name an argument, or write a key without holes"
                ),
            ),
            None => {
                let names: Vec<String> = params
                    .iter()
                    .filter(|param| argument(param))
                    .map(|param| plain(&param.ident))
                    .collect();
                let sent = |param: &&Param| param.name() == *hole || param.has_alias(hole);
                if let Some(param) = params.iter().find(sent) {
                    let name = plain(&param.ident);
                    errors.push(
                        &template.literal,
                        format_args!("a hole has the name that the argument has in the function, whatever the model sends it as; write `{{{name}}}`"),
                    );
                    continue;
                }
                let hint = match nearest(hole, names.iter().map(String::as_str)) {
                    Some(near) => format!("; did you mean `{{{near}}}`?"),
                    None if names.is_empty() => "; it takes none, so write a key without holes".to_owned(),
                    None if params.iter().any(Param::is_whole) => {
                        let whole = &names[0];
                        format!("; write `{{{whole}.{hole}}}` for a field of `{whole}`")
                    }
                    None => format!("; name one that it takes: `{}`", names.join("`, `")),
                };
                errors.push(
                    &template.literal,
                    format_args!("`{{{hole}}}` names no argument of `{}`{hint}", plain(tool)),
                );
            }
        }
    }
}

/// What the condition of `approval` must not name.
pub(super) fn approval(approval: Option<&Approval>, params: &[Param], errors: &mut Errors) {
    let Some(Approval::If(condition)) = approval else {
        return;
    };
    for param in params {
        let what = match &param.role {
            Role::Argument { .. } => continue,
            Role::State { .. } => "state",
            Role::Context { .. } => "the context",
        };
        let names =
            |token: &TokenTree| matches!(token, TokenTree::Ident(ident) if *ident == param.ident);
        if contains(condition.to_token_stream(), &names) {
            errors.push(
                condition,
                format_args!(
                    "`approval` is worked out from the arguments, and `{}` is {what}; write a condition on arguments, or a layer that denies the call",
                    plain(&param.ident)
                ),
            );
        }
    }
}
