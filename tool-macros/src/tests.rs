//! Expansions as a reader of `cargo expand` sees them, stored beside what they are made from.
//!
//! `expansions/*.rs` are inputs, `*.expanded.rs` what becomes of them. `UPDATE_SNAPSHOTS=1 cargo test -p
//! tool-runtime-macros` writes the latter anew; read them as code that a colleague sends in.

use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Attribute, File, Item, Meta};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("expansions")
}

/// The inputs, by their names.
fn inputs() -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder())
        .expect("the folder is there")
        .map(|entry| entry.expect("an entry").file_name())
        .filter_map(|file| Some(file.to_str()?.strip_suffix(".rs")?.to_owned()))
        .filter(|name| !name.ends_with(".expanded"))
        // Without the feature it is an error.
        .filter(|name| name != "discovered" || cfg!(feature = "discover"))
        .collect();
    names.sort();
    names
}

fn read(name: &str, ending: &str) -> String {
    let path = folder().join(format!("{name}{ending}"));
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The file with every macro of ours expanded.
fn expanded(name: &str) -> File {
    let file = syn::parse_file(&read(name, ".rs")).expect("the input is Rust");
    let items = file.items.into_iter().map(expand);
    let tokens = items.collect::<TokenStream>();
    let file = syn::parse2(tokens.clone());
    file.unwrap_or_else(|error| panic!("{name}: {error} in {tokens}"))
}

fn expand(item: Item) -> TokenStream {
    match item {
        Item::Fn(mut item) => match take(&mut item.attrs, "tool") {
            Some(attribute) => crate::expand::tool(arguments(&attribute), item.to_token_stream()),
            None => item.to_token_stream(),
        },
        Item::Impl(mut item) => match take(&mut item.attrs, "toolset") {
            Some(attribute) => {
                crate::expand::toolset::toolset(arguments(&attribute), item.to_token_stream())
            }
            None => item.to_token_stream(),
        },
        Item::Struct(item) => derive(&item.attrs, &item),
        Item::Enum(item) => derive(&item.attrs, &item),
        Item::Const(mut item) => {
            if let syn::Expr::Macro(call) = &*item.expr {
                let list = &call.mac.tokens;
                // `tools!` hands over its `$crate` first.
                let list = crate::expand::tools(quote!(tool_runtime #list));
                *item.expr = syn::parse2(list).expect("an expression");
            }
            item.to_token_stream()
        }
        item => quote!(#item),
    }
}

/// What the type's `#[derive(…)]` makes; the type itself stays as it is.
fn derive(attrs: &[Attribute], item: &impl ToTokens) -> TokenStream {
    let derive = attrs.iter().find(|attr| attr.path().is_ident("derive"));
    let derived = derive.map(|derive| derive.parse_args::<syn::Ident>().expect("one derive"));
    match derived.map(|name| name.to_string()).as_deref() {
        Some("Provide") => crate::expand::provide::derive(item.to_token_stream()),
        Some("Key") => crate::expand::key::derive(item.to_token_stream()),
        _ => item.to_token_stream(),
    }
}

fn take(attrs: &mut Vec<Attribute>, name: &str) -> Option<Attribute> {
    let at = attrs.iter().position(|attr| attr.path().is_ident(name))?;
    Some(attrs.remove(at))
}

fn arguments(attribute: &Attribute) -> TokenStream {
    match &attribute.meta {
        Meta::List(list) => list.tokens.clone(),
        _ => TokenStream::new(),
    }
}

#[test]
fn a_runtime_under_another_name_is_named_by_that() {
    let text = prettyplease::unparse(&expanded("renamed"));
    assert!(text.contains("use ::agent_kit::runtime::__private"));
    assert!(!text.contains("tool_runtime"), "{text}");
}

/// In a crate of edition 2021 a `?` on what has an unknown type is a second error, on what `!` falls back to.
#[test]
fn an_expansion_has_no_question_mark_of_its_own() {
    for name in inputs() {
        let text = prettyplease::unparse(&expanded(&name));
        assert!(!text.contains("?;"), "{name}: {text}");
    }
}

#[test]
fn expansions_are_what_is_stored() {
    let inputs = inputs();
    assert!(!inputs.is_empty());
    for name in inputs {
        let text = prettyplease::unparse(&expanded(&name));
        if std::env::var_os("UPDATE_SNAPSHOTS").is_some_and(|value| value == "1") {
            let path = folder().join(format!("{name}.expanded.rs"));
            fs::write(path, &text).expect("the folder can be written");
        }
        assert_eq!(text, read(&name, ".expanded.rs"), "{name}");
    }
}
