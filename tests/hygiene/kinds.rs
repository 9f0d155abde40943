//! A tool of every kind, with the dependency renamed.

use renamed::schemars::JsonSchema;
use renamed::serde::{Deserialize, Serialize};
use renamed::{CallContext, Key, Provide, ToolList, tool, tools, toolset};

/// The company's database.
#[derive(Debug)]
pub struct Db;

/// Sends letters.
pub trait Mailer: Send + Sync {
    /// Sends one.
    fn send(&self, text: &str) -> usize;
}

/// Sends none.
#[derive(Debug)]
pub struct Silent;

impl Mailer for Silent {
    fn send(&self, text: &str) -> usize {
        text.len()
    }
}

/// Who writes.
#[derive(Debug)]
pub struct Clerk {
    /// The name.
    pub name: String,
}

/// What the tools work on.
#[derive(Debug, Provide)]
#[provide(crate = ::renamed)]
pub struct Desk {
    /// Lent as it is.
    pub db: Db,
    /// Lent as the trait object.
    #[provide(dyn Mailer)]
    pub mailer: Silent,
    /// Lent for its name.
    pub clerk: Clerk,
}

/// What may fail, written in short.
pub type Answer<T> = Result<T, std::num::ParseIntError>;

/// A search.
#[derive(Debug, Deserialize, JsonSchema, Serialize)]
#[serde(crate = "renamed::serde")]
#[schemars(crate = "renamed::schemars")]
pub struct Search {
    /// What for.
    pub text: String,
    /// At most so many.
    #[serde(default)]
    pub limit: u8,
}

/// Look up a customer.
///
/// # Errors
///
/// There is none.
#[tool(crate = ::renamed, reads("customer:{customer_id}"), timeout = "30s")]
pub async fn get_customer(
    /// The customer's number.
    customer_id: u64,
    /// Whether to look closely.
    closely: Option<bool>,
    #[state] db: &Db,
    #[context] context: &CallContext,
) -> Result<String, String> {
    let _ = (db, context);
    match closely {
        Some(true) => Err("too close".to_owned()),
        _ => Ok(customer_id.to_string()),
    }
}

/// Close a customer's account.
#[tool(crate = ::renamed, writes("customer:{customer_id}"))]
pub async fn close_account(
    /// The customer's number.
    customer_id: u64,
    /// Whether to look closely.
    closely: Option<bool>,
    #[state] db: &Db,
) -> (u64, bool) {
    let _ = db;
    (customer_id, closely.unwrap_or_default())
}

/// Write to a customer.
#[tool(crate = ::renamed)]
pub async fn write_to<'a>(
    /// The text.
    text: &str,
    /// To whom.
    names: &[String],
    #[state] mailer: &dyn Mailer,
    #[state] clerk: &'a Clerk,
) -> &'a str {
    let _ = (mailer.send(text), names);
    &clerk.name
}

/// Count the letters.
///
/// # Errors
///
/// What is no number.
#[tool(crate = ::renamed, pure)]
pub async fn count(
    /// As text.
    number: &str,
) -> Answer<u64> {
    number.parse()
}

/// Search the orders.
#[tool(crate = ::renamed, reads("orders"), output_schema)]
pub async fn search(#[arg(flatten)] search: Search) -> Search {
    search
}

/// Do nothing.
#[tool(crate = ::renamed, name = "nothing-at-all", description = "Nothing.")]
pub async fn nothing() {}

/// A number of a customer's own.
#[derive(Debug, Key)]
#[key(crate = ::renamed)]
pub struct Number<T>(Option<T>);

/// A kind of account.
#[derive(Clone, Copy, Debug, Key)]
#[key(crate = ::renamed)]
pub enum Kind {
    /// One.
    Savings,
}

/// There is none.
#[derive(Debug, Key)]
#[key(crate = ::renamed)]
pub enum Never {}

/// A part of a company, as the model sends it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(crate = "renamed::serde")]
#[schemars(crate = "renamed::schemars")]
pub struct Unit(pub u16, pub Box<str>);

/// Write under many keys.
#[tool(
    crate = ::renamed,
    reads("unit:{unit.0}/{unit.1}", "text:{text}"),
    writes("a:{small}/{whether}/{letter}/{number}/{owned}", "a:{small}")
)]
pub async fn write(
    /// Owned.
    unit: Unit,
    /// Lent.
    text: &str,
    /// One of many.
    small: u8,
    /// One of many.
    whether: bool,
    /// One of many.
    letter: char,
    /// One of many.
    number: i64,
    /// One of many.
    owned: String,
) {
    drop((unit, owned));
    let _ = (text, small, whether, letter, number);
}

/// Count the primes below a number, on a thread.
///
/// # Errors
///
/// There was not enough time.
#[tool(crate = ::renamed, pure)]
pub fn primes(
    /// The number.
    below: u32,
    #[context] context: &CallContext,
) -> Result<usize, String> {
    if context.cancellation().is_cancelled() {
        return Err("there was not enough time".to_owned());
    }
    Ok((2..below)
        .filter(|n| (2..*n).all(|divisor| n % divisor != 0))
        .count())
}

/// Say whether a number is even.
#[tool(crate = ::renamed, pure, inline)]
#[must_use]
pub fn is_even(
    /// The number.
    number: i64,
) -> bool {
    number.to_string().ends_with(['0', '2', '4', '6', '8'])
}

/// Measure a text, later.
#[tool(crate = ::renamed, pure)]
pub fn later(
    /// The text.
    text: &str,
) -> impl Future<Output = usize> {
    std::future::ready(text.len())
}

/// A desk of some kind.
#[derive(Debug, Default)]
pub struct Office<D> {
    /// Its kind.
    pub kind: D,
}

/// What is offered.
#[toolset(crate = ::renamed, tools = offered)]
impl Clerk {
    /// Say the clerk's name.
    #[tool(reads("clerk"))]
    pub async fn clerk_name(&self) -> &str {
        &self.name
    }

    /// Say how long the clerk's name is.
    #[tool(type = LengthOfName, inline)]
    #[must_use]
    pub fn length_of_name(
        &self,
        /// Whether to count characters.
        characters: Option<bool>,
        #[context] context: &CallContext,
    ) -> usize {
        let _ = context;
        match characters {
            Some(true) => self.name.chars().count(),
            _ => self.name.len(),
        }
    }
}

#[toolset(crate = ::renamed)]
impl<S> Office<S>
where
    S: std::fmt::Debug + Send + Sync,
{
    /// Say of which kind the office is.
    #[tool]
    pub async fn office_kind(&self) -> String {
        format!("{:?}", self.kind)
    }
}

/// Say what a text is, which is named as Rust's own type.
#[tool(crate = ::renamed, type = Text)]
pub async fn str() -> &'static str {
    "text"
}

mod seconds {
    use renamed::serde::{Deserialize, Deserializer};
    use std::time::Duration;

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
        u64::deserialize(from).map(Duration::from_secs)
    }
}

/// Send a parcel.
#[tool(crate = ::renamed, pure)]
pub async fn send_parcel(
    /// Where to.
    #[arg(
        rename = "postCode",
        alias = "zip",
        pattern = "^[0-9]{5}$",
        example = "10115"
    )]
    post_code: &str,
    /// How heavy.
    #[arg(range(min = 0.1, max = 30), default = 1.0)]
    weight: f64,
    /// What with.
    #[arg(default, length(max = 3))]
    #[deprecated]
    marks: &[String],
    /// Until when.
    #[serde(with = "seconds")]
    #[schemars(with = "u64", title = "Seconds", extend("x-unit" = "s"))]
    #[arg(default = std::time::Duration::from_secs(60))]
    within: std::time::Duration,
    /// In which language.
    #[arg(default = "en")]
    language: String,
    /// Counted from where.
    #[arg(default)]
    unit: Start,
) -> String {
    let _ = (weight, marks, within, unit.0);
    format!("{post_code} {language}")
}

/// Where counting starts; it cannot be written.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(crate = "renamed::serde")]
#[schemars(crate = "renamed::schemars")]
pub struct Start(u8);

mod get_orders {
    use super::Db;

    /// List the orders.
    #[renamed::tool(crate = ::renamed, type = GetOrders)]
    pub async fn get_orders(#[state] db: &Db) -> Vec<u64> {
        let _ = db;
        vec![7]
    }
}
pub use get_orders::{GetOrders, get_orders};

/// All of them.
#[must_use]
pub fn list() -> ToolList<Desk> {
    /// Stand inside a function.
    #[tool(crate = ::renamed)]
    async fn inside() -> u8 {
        1
    }
    tools![
        get_customer,
        close_account,
        write_to,
        count,
        search,
        nothing,
        write,
        primes,
        is_even,
        later,
        Text,
        GetOrders,
        send_parcel,
        inside,
    ]
}
