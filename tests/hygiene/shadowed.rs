//! The names of the prelude, of primitive types, of the runtime and of what expansions import mean something else.

#![allow(dead_code, unused_macros, non_camel_case_types)]

macro_rules! shadow {
    ($($name:ident)*) => {
        $(
            #[derive(::core::fmt::Debug)]
            struct $name;
        )*
    };
}

shadow! {
    Result Option Some None Ok Err Box String Vec Arc Pin
    Tool Named Provide Prepared CallContext Slot Returned Rendered ToolList Listed Declaration Parameter
}

trait Send {}
trait Sync {}
trait Future {}
trait Fn {}
trait FnOnce {}
trait Into {}
trait From {}
trait Default {}
trait Drop {}
trait AnyReturn {}
trait AnyValue {}
trait Ready {}
trait Key {}
struct KeyText;

mod core {}
mod std {}
mod alloc {}
mod renamed {}
mod tool_runtime {}
mod __private {}

macro_rules! vec {
    () => {
        compile_error!("not ours")
    };
}
macro_rules! concat {
    ($($any:tt)*) => {
        compile_error!("not ours")
    };
}
macro_rules! file {
    () => {
        compile_error!("not ours")
    };
}

/// The company's database.
#[derive(::core::fmt::Debug, ::renamed::Provide)]
#[provide(crate = ::renamed)]
pub struct Desk {
    /// Lent.
    pub number: u64,
}

/// Look up a customer.
///
/// # Errors
///
/// There is none.
#[::renamed::tool(crate = ::renamed, reads("customer:{customer_id}"), timeout = "30s")]
pub async fn get_customer(
    /// The customer's number.
    customer_id: u64,
    /// Whether to look closely.
    closely: ::core::option::Option<bool>,
    /// In which words.
    words: &str,
    #[state] number: &u64,
    #[context] context: &::renamed::CallContext,
) -> ::core::result::Result<::std::string::String, ::std::string::String> {
    let _ = (closely, context);
    ::core::result::Result::Ok(::std::format!("{customer_id} {words} {number}"))
}

/// Do nothing.
#[::renamed::tool(crate = ::renamed)]
pub async fn nothing() {}

/// A number of its own.
#[derive(
    ::renamed::Key,
    ::renamed::serde::Deserialize,
    ::renamed::schemars::JsonSchema,
    ::core::fmt::Debug,
)]
#[key(crate = ::renamed)]
#[serde(crate = "::renamed::serde")]
#[schemars(crate = "::renamed::schemars")]
pub struct Number(pub u64);

/// Keep a thread.
#[::renamed::tool(crate = ::renamed, writes("number:{number}"))]
#[must_use]
pub fn keep(
    /// Which.
    number: &Number,
) -> ::std::string::String {
    ::std::format!("{number:?}")
}

mod primitives {
    struct bool;
    struct char;
    struct str;
    struct u8;
    struct u32;
    struct u64;
    struct usize;
    struct isize;

    /// Take a type that is named as a primitive one is.
    #[::renamed::tool(crate = ::renamed, timeout = "1h", writes("a"))]
    pub(super) async fn primitive(
        /// A number.
        number: ::core::primitive::u64,
    ) -> ::core::primitive::u64 {
        number
    }
}

/// Tally.
#[::renamed::tool(crate = ::renamed, output_schema)]
pub async fn tally(
    /// What.
    what: &::core::primitive::str,
    #[state] number: &::core::primitive::u64,
) -> ::std::collections::BTreeMap<::std::string::String, ::core::primitive::u64> {
    let tally = (::std::string::ToString::to_string(what), *number);
    ::core::iter::Iterator::collect(::core::iter::once(tally))
}

/// All of them.
#[must_use]
pub fn list() -> ::renamed::ToolList<Desk> {
    ::renamed::tools![get_customer, nothing, keep, tally, primitives::primitive]
}
