//! No name of the prelude is there.

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
#[::renamed::tool(crate = ::renamed, type = Nothing)]
pub async fn nothing() {}

/// A kind of account.
#[derive(::core::fmt::Debug, ::renamed::Key)]
#[key(crate = ::renamed)]
pub enum Kind {
    /// One.
    Savings,
    /// Another.
    Checking,
}

/// A number of its own.
#[derive(::core::fmt::Debug, ::renamed::Key)]
#[key(crate = ::renamed)]
pub struct Number(pub u64);

/// Keep a thread.
#[::renamed::tool(crate = ::renamed, writes("number:{number}"))]
#[must_use]
pub fn keep(
    /// Which.
    number: u64,
) -> ::std::string::String {
    ::std::format!("{:?}", Number(number))
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

/// Read a text by a function.
///
/// # Errors
///
/// What is no text.
pub fn read<'de, D: ::renamed::serde::Deserializer<'de>>(
    from: D,
) -> ::core::result::Result<::std::string::String, D::Error> {
    <::std::string::String as ::renamed::serde::Deserialize>::deserialize(from)
}

/// Say something.
#[::renamed::tool(crate = ::renamed, pure)]
pub async fn say(
    /// What.
    #[serde(deserialize_with = "read")]
    #[schemars(with = "::std::string::String")]
    #[arg(rename = "text", length(min = 1), pattern = "a", default = "a")]
    what: ::std::string::String,
    /// How often.
    #[arg(default = 1, range(max = 9), alias = "count", example = 2)]
    times: u64,
    /// With which mark.
    #[serde(default)]
    mark: ::core::option::Option<char>,
) -> ::std::string::String {
    ::std::format!("{what} {times} {mark:?}")
}

/// All of them.
#[must_use]
pub fn list() -> ::renamed::ToolList<Desk> {
    ::renamed::tools![get_customer, Nothing, keep, tally, say]
}
