//! A crate that forbids what expansions might do and denies every warning.

#![forbid(unsafe_code)]
#![deny(
    warnings,
    missing_docs,
    missing_debug_implementations,
    unreachable_pub,
    unused_qualifications,
    unused_results,
    unused_lifetimes,
    single_use_lifetimes,
    elided_lifetimes_in_paths,
    explicit_outlives_requirements,
    absolute_paths_not_starting_with_crate,
    let_underscore_drop,
    trivial_casts,
    trivial_numeric_casts,
    redundant_lifetimes,
    unit_bindings,
    unused_import_braces,
    unused_macro_rules,
    meta_variable_misuse,
    non_ascii_idents,
    variant_size_differences,
    redundant_imports
)]

use tool_runtime::{CallContext, Key, Toolbox, tool, tools};

/// The company's database.
#[derive(Debug)]
pub struct Db;

/// A number of a customer's own.
#[derive(Debug, Key)]
pub struct Number<T>(Option<T>);

/// A kind of account.
#[derive(Clone, Copy, Debug, Key)]
pub enum Kind {
    /// One.
    Savings,
}

/// There is none.
#[derive(Debug, Key)]
pub enum Never {}

/// A part of a company, as the model sends it.
#[derive(Debug, serde::Deserialize, schemars::JsonSchema)]
pub struct Unit(pub u16, pub Box<str>);

/// Writes under many keys.
#[tool(
    reads("unit:{unit.0}/{unit.1}", "text:{text}"),
    writes("a:{a}/{b}/{c}/{d}/{e}/{f}", "a:{a}")
)]
pub async fn write(
    /// Owned.
    unit: Unit,
    /// Lent.
    text: &str,
    /// One of many.
    a: u8,
    /// One of many.
    b: Option<u8>,
    /// One of many.
    c: bool,
    /// One of many.
    d: char,
    /// One of many.
    e: i64,
    /// One of many.
    f: String,
) {
    drop((unit, f));
    let _ = (text, a, b, c, d, e);
}

/// Look up a customer.
#[tool(reads("customer:{customer_id}"), timeout = "30s")]
pub async fn get_customer(
    /// The customer's number.
    customer_id: u64,
    /// Whether to look closely.
    closely: Option<bool>,
    #[state] db: &Db,
    #[context] context: &CallContext,
) -> Result<String, String> {
    let _ = (closely, db, context);
    Ok(customer_id.to_string())
}

/// Does nothing.
#[tool]
pub async fn nothing() {}

/// Is pure.
#[tool(pure)]
pub async fn pure() -> u8 {
    1
}

/// Tools of a module.
pub mod billing {
    use tool_runtime::tool;

    /// List tickets.
    #[tool]
    pub async fn get_tickets(#[state] db: &super::Db) -> Result<(), std::io::Error> {
        let _ = db;
        Ok(())
    }
}

fn main() {
    let toolbox = Toolbox::<Db>::builder()
        .tools(tools![write, get_customer, nothing, pure, billing::get_tickets])
        .build();
    assert_eq!(toolbox.unwrap().definitions().len(), 5);
}
