//! The macros of [`tool-runtime`](https://docs.rs/tool-runtime), which re-exports them: use that crate.
//!
//! The expansion names items of exactly one version of the runtime, so this crate is of no use by itself.

mod errors;
mod expand;
mod model;
mod parse;
mod runtime_path;
#[cfg(test)]
mod tests;

use proc_macro::TokenStream;

/// Turns a function into a tool that a language model can call.
///
/// The function stays the ordinary function it is. Beside it stands a type of the same name, the tool, which
/// `tools!` puts into a toolbox; one `use` imports both.
///
/// ```
/// # use tool_runtime::{tool, tools, Toolbox};
/// /// Adds two numbers.
/// #[tool(pure)]
/// async fn add(
///     /// The first number.
///     a: i64,
///     /// The second number, 0 if left out.
///     b: Option<i64>,
/// ) -> i64 {
///     a + b.unwrap_or(0)
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// assert_eq!(add(1, Some(2)).await, 3); // still a function
/// let toolbox = Toolbox::new(tools![add]); // and a tool
/// # toolbox.unwrap();
/// # }
/// ```
///
/// # Parameters
///
/// | written | comes from | type |
/// |---|---|---|
/// | `/// Its description.` `name: T` | the model | any `T: DeserializeOwned + JsonSchema`; an `Option` may be left out or `null` |
/// | the same, `name: &T` | the model | lent for the length of the call: `&str` from a `String`, `&[T]` from a `Vec<T>`, `&Path` from a `PathBuf`, `&T` from a `T` |
/// | `#[arg(flatten)] name: T` | the model | a struct (or a reference to one) whose fields are all the arguments |
/// | `#[state] name: &T` | the program | a toolbox is built only over a state that provides `T` |
/// | `#[context] name: &CallContext` | the runtime | the call's id, deadline and cancellation |
///
/// With `#[arg(flatten)]` the fields' own doc comments are their descriptions, serde's attributes on them hold, and
/// keys that the struct's schema does not have are refused, as they are for other tools:
///
/// ```
/// # use tool_runtime::tool;
/// # use schemars::JsonSchema;
/// # use serde::Deserialize;
/// #[derive(Deserialize, JsonSchema)]
/// struct Search {
///     /// What to look for.
///     text: String,
///     /// At most so many.
///     #[serde(default)]
///     limit: u8,
/// }
///
/// /// Searches the orders.
/// #[tool(reads("orders"))]
/// async fn search(#[arg(flatten)] search: Search) -> String {
///     format!("{} {}", search.text, search.limit)
/// }
/// ```
///
/// Options of an argument stand in `#[arg(…)]`, in any order:
///
/// | option | says |
/// |---|---|
/// | `default` | absent or `null`, the argument is its type's `Default` |
/// | `default = 10` | the same, with an expression of its type; a text in quotes becomes any type that is `From<&str>` |
/// | `rename = "customerId"` | the name that the model sends |
/// | `alias = "customer"` | another name that is taken and not told; may be repeated |
/// | `example = 7` | an example, as the model would send it; may be repeated |
/// | `range(min = 1, max = 100)` | the least and the greatest number, or one of them |
/// | `length(min = 1, max = 80)` | how many characters a text has, items an array, members an object |
/// | `pattern = "^[A-Z]{2}$"` | what a text matches, somewhere unless the pattern says where |
///
/// ```
/// # use tool_runtime::tool;
/// # use std::time::Duration;
/// /// Sends a parcel.
/// #[tool]
/// async fn send_parcel(
///     /// Where to.
///     #[arg(rename = "postCode", alias = "zip", pattern = "^[0-9]{5}$", example = "10115")]
///     post_code: &str,
///     /// How heavy, in kilograms.
///     #[arg(range(min = 0.1, max = 30), default = 1.0)]
///     weight: f64,
///     /// What is written on it.
///     #[arg(default, length(max = 3))]
///     marks: &[String],
///     /// The language of the label.
///     #[arg(default = "en")]
///     language: String,
/// ) -> usize {
///     marks.len()
/// }
/// ```
///
/// What they say stands in the schema and holds for every call: a value outside its bounds is a problem of the call's
/// arguments, told with all others. Bounds are numbers as literals. A pattern is a regular expression that JSON Schema,
/// whose patterns are JavaScript's, and the crate `regex-lite` read alike: without `\p{…}`, look-around, back-references
/// and inline flags; `\s` is checked as ASCII white space. A bound that cannot apply to the argument's type (a `range`
/// of a text), a default outside the bounds and an example that the argument does not take are errors when the toolbox
/// is built.
///
/// An argument is required unless its type is an `Option` or it has a default; `null` for one that is not required is
/// absence, always. So a default of an `Option` is of that type, `default = Some(3)`, and leaves the model no way to say
/// `None`. The default's expression is evaluated for each call that needs it, and once for the schema, where it is
/// shown if its type is `Serialize`: let it be the same each time. Templates of effects name an argument as the function
/// does, whatever it is renamed to.
///
/// serde's and schemars' attributes for a field stand on an argument too:
///
/// | | of `#[serde(…)]` | of `#[schemars(…)]` |
/// |---|---|---|
/// | as the options above | `rename`, `alias`, `default`, `default = "path"` | `rename`, `default`, `example`, `range`, `length`, `regex(pattern = …)`, `pattern(…)`; also `title`, `description` instead of the doc comment, and a plain `#[deprecated]` |
/// | as on a field | `with`, `deserialize_with` | `with`, `schema_with`, `transform`, `extend` with annotations, the formats `email`, `url`, `ip`, `ipv4`, `ipv6` |
/// | refused | `flatten`, `skip…`, `serialize_with`, `borrow`, `bound`, `getter` | `required`, `inner`, `contains`, `flatten`, `skip…`, `bound`, `extend` with what would be a check |
///
/// What a function reads is for `#[schemars(with = "…")]` or `schema_with` to say, which are taken at their word; the
/// default of such an argument is not shown. A format is an annotation and checks nothing.
///
/// ```
/// # use tool_runtime::tool;
/// # use std::time::Duration;
/// mod seconds {
///     use serde::{Deserialize, Deserializer};
///     use std::time::Duration;
///
///     pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
///         u64::deserialize(from).map(Duration::from_secs)
///     }
/// }
///
/// /// Waits.
/// #[tool]
/// async fn wait(
///     /// How many seconds.
///     #[serde(with = "seconds")]
///     #[schemars(with = "u64")]
///     #[arg(range(max = 60), default = Duration::from_secs(1))]
///     time: Duration,
/// ) {
///     tokio::time::sleep(time).await;
/// }
/// ```
///
/// On the fields of a struct, that of `#[arg(flatten)]` among them, they are serde's and schemars' own: bounds there are
/// told to the model and checked by nobody.
///
/// The doc comment of the function is the tool's description, that of a parameter the parameter's; both are required,
/// since they are all that the model knows. Common indentation is taken off; `#[doc = include_str!("…")]` is read too; an
/// empty description is a choice that can be made: `#[tool(description = "")]`.
///
/// # Functions
///
/// | written | runs |
/// |---|---|
/// | `async fn` | on the runtime; it is dropped where it waits when its time is over |
/// | `fn … -> impl Future`, `-> BoxFuture<T>`, `-> Pin<Box<dyn Future>>` | the same |
/// | `fn` | on a thread for blocking work, so that one that computes or waits holds up no other call |
/// | `fn` with `#[tool(inline)]` | on the runtime: for one that returns within some microseconds |
///
/// A plain `fn` on its thread cannot be stopped. When its time is over its context is cancelled; if it does not look, the
/// batch ends without it and says so (`still_running`), and `toolbox.idle()` waits for it:
///
/// ```
/// # use tool_runtime::{CallContext, tool};
/// /// Counts the primes below a number.
/// #[tool(pure)]
/// fn count_primes(
///     /// The number.
///     below: u32,
///     #[context] context: &CallContext,
/// ) -> Result<usize, String> {
///     let mut count = 0;
///     for n in 2..below {
///         if context.cancellation().is_cancelled() {
///             return Err("There was not enough time.".to_owned());
///         }
///         count += usize::from((2..n).all(|divisor| n % divisor != 0));
///     }
///     Ok(count)
/// }
///
/// /// Says whether a number is even.
/// #[tool(pure, inline)]
/// fn is_even(
///     /// The number.
///     number: i64,
/// ) -> bool {
///     number % 2 == 0
/// }
/// ```
///
/// Its clock starts when its thread does. At most `Policy::max_blocking_threads` run at once, 64 by default.
///
/// # Return types
///
/// | returned | the model reads |
/// |---|---|
/// | anything that is `Serialize`: a struct, a number, a list, a tuple, a `serde_json::Value` | JSON |
/// | `String`, `&str`, `Cow<str>`, `Box<str>`, `Arc<str>`, `char`, and references to them | text, without quotes |
/// | `()` | a short acknowledgement |
/// | `Content`, `Vec<Content>`, `[Content; N]` | its parts: texts, JSON, images, sounds, links; an acknowledgement if there are none |
/// | `Option<T>` of these | what is in it; `null` for `None` |
/// | `Result<T, E>` of these, also through an alias | what is in it, or the error |
///
/// To say more than `null` of what is not there, return an error or a text. A `Result` inside of another value is data, as
/// serde writes it: use `?` on it first. An iterator is collected into a `Vec` to be returned.
///
/// An error is read as its `Display` text, never its sources or its `Debug` form. `E` is anything that converts into
/// `Box<dyn Error + Send + Sync>`, `anyhow::Error` and `String` among them; with a `ToolError` a tool says more about its
/// failure: that nothing was changed, that the call may be repeated, that the model is to read none of it.
///
/// With `output_schema` the tool's definition has the JSON Schema of the type that is returned, in a `Result` or not and
/// under any alias. It must be `JsonSchema` and be written as an object with members of its own, since that is what takes a
/// structured answer: a struct or a map. Building a toolbox refuses text, lists, enums and an `Option`. OpenAI Chat Completions
/// and Anthropic Messages take no output schema, so their manifests are the same with it and without.
///
/// # Options
///
/// | option | says | default |
/// |---|---|---|
/// | `name = "…"` | the tool's name: 1 to 64 ASCII letters, digits, `_`, `-`, not beginning with a digit or `-` | the function's name |
/// | `type = GetCustomer` | the name of the tool's type, which `tools!` lists | the function's name |
/// | `description = "…"` | the tool's description, instead of the doc comment | the doc comment |
/// | `timeout = "30s"` | how long a call may run, in `ms`, `s`, `m` or `h`, at most `"24h"` | the policy's |
/// | `reads("customer:{customer_id}")` | the keys a call reads | nothing declared |
/// | `writes("customer:{customer_id}")` | the keys a call writes | nothing declared |
/// | `pure` | a call touches nothing but its arguments | nothing declared |
/// | `exclusive` | a call may touch anything: no other runs beside it, unless that is `pure` | it runs beside others |
/// | `exclusive = "billing"` | no other call of the group runs beside it; goes with `reads` and `writes` | no group |
/// | `destructive` | a call destroys something that cannot be brought back; if nothing else is declared, it is `exclusive` | not said |
/// | `inline` | a plain `fn` stays on the runtime's own threads | a thread for blocking work |
/// | `output_schema` | the definition has the JSON Schema of what is returned: a struct or a map that is `JsonSchema` | no schema |
/// | `discover = App` | every toolbox over the state `App` that asks by `discover()` has the tool; needs the feature `discover` | it is where it is listed |
/// | `crate = ::agent_kit::runtime` | where the runtime is, if the crate does not depend on it by its own name | `::tool_runtime` |
///
/// Each is given once, in any order. The whole grammar, in which quoted words stand as they are:
///
/// ```text
/// tool     = [ option { "," option } [ "," ] ]
/// option   = "name" "=" STRING | "type" "=" IDENTIFIER | "description" "=" STRING | "timeout" "=" DURATION
///          | "reads" "(" keys ")" | "writes" "(" keys ")" | "pure" | "exclusive" [ "=" STRING ] | "destructive"
///          | "inline" | "output_schema" | "discover" "=" TYPE | "crate" "=" PATH
/// keys     = TEMPLATE { "," TEMPLATE } [ "," ]
///
/// TEMPLATE = domain [ ":" segment { "/" segment } ]        in a string, as all that follows
/// domain   = letters, digits, "_", "-" or "."
/// segment  = text without "{", "}", "/" | "{" value "}"    the value as one segment
///          | "{" value "/" "}"                             the value as a path: as many segments as it has
/// value    = argument { "." field }
/// DURATION = digits ( "ms" | "s" | "m" | "h" )
/// ```
///
/// ```
/// # use tool_runtime::tool;
/// # #[derive(serde::Deserialize, schemars::JsonSchema)]
/// # struct Entry { account: u64, cents: i64 }
/// /// Books an entry and keeps its receipt.
/// #[tool(
///     name = "book_entry",
///     description = "Books an entry. Repeat it only after looking at the account.",
///     timeout = "5s",
///     reads("rates"),
///     writes("account:{entry.account}", "file:{receipt/}"),
/// )]
/// async fn book(
///     /// What to book.
///     entry: Entry,
///     /// Where to keep the receipt.
///     receipt: &std::path::Path,
/// ) -> String {
///     format!("{} on {}: {}", entry.cents, entry.account, receipt.display())
/// }
/// ```
///
/// What no key can name is for `exclusive`. With a group it keeps apart calls that share something beside their keys, and with
/// `destructive` the program is told what the model should not do lightly:
///
/// ```
/// # use tool_runtime::tool;
/// /// Closes the books of a year.
/// #[tool(exclusive, destructive)]
/// async fn close_books(
///     /// The year.
///     year: u16,
/// ) -> String {
///     format!("{year} is closed")
/// }
///
/// /// Books a payment, through a bank that takes one at a time.
/// #[tool(exclusive = "bank", reads("rates"), writes("account:{account}"))]
/// async fn pay(
///     /// From which account.
///     account: u64,
/// ) -> String {
///     format!("paid from {account}")
/// }
/// ```
///
/// `pure` goes with none of them, `exclusive` alone with no keys, whose order it would keep anyway, and `destructive` with
/// `reads` only beside `writes` or a group. A group's name is any text without control characters.
///
/// A template has at most 16 segments, a tool at most 32 keys; a key covers all that begin with it, segment by segment.
/// `{id}` is one segment, whatever the value holds: `a/b` and `..` lead nowhere else. `{path/}` is where the path leads: `.`,
/// an empty segment and a `/` at the beginning are left out, `..` takes back what is before it. Text is compared in Unicode's
/// normal form C. A value that is absent or holds a NUL, a path that leads above where it begins, and what would be a key's
/// 33rd segment or go beyond 1,024 bytes end the key before them, which then covers every value.
///
/// Of two calls of a batch that use the same key, one to write, the later waits for the earlier; all others run at once. What a
/// failed call tells the model about its effects follows from them too.
///
/// What stands in a hole is `Key`: an integer, `bool`, `char`, text, a path, an `Option` of these, whose `None` ends the
/// key before the hole, or a newtype or an enum with [`#[derive(Key)]`](macro@Key). A hole may reach into a struct, as
/// in `{order.account}` or `{pair.0}`, if the function could read the field there, and on the way through an `Option`. A
/// value that is none of these is an error at the template.
///
/// # The name is defined multiple times
///
/// The tool's type has the function's name. Where a module, a struct or an import of that name is there too, which the
/// macro cannot see, rustc answers E0428 or E0255:
///
/// ```text
/// error[E0255]: the name `get_customer` is defined multiple times
///   |
/// 1 | mod get_customer;
///   | ----------------- previous definition of the module `get_customer` here
/// 2 | pub use get_customer::get_customer;
///   |         ^^^^^^^^^^^^^^^^^^^^^^^^^^ `get_customer` reimported here
///   |
///   = note: `get_customer` must be defined only once in the type namespace of this module
/// ```
///
/// Either rename one of the two, or name the type, which leaves the function's name to the other:
///
/// ```
/// # use tool_runtime::{Toolbox, tools};
/// mod get_customer {
///     use tool_runtime::tool;
///
///     /// Looks up a customer.
///     #[tool(type = GetCustomer)]
///     pub async fn get_customer() -> &'static str {
///         "Ada"
///     }
/// }
/// pub use get_customer::{GetCustomer, get_customer};
///
/// let toolbox = Toolbox::new(tools![GetCustomer])?;
/// assert_eq!(toolbox.definitions()[0].name(), "get_customer");
/// # Ok::<(), tool_runtime::BuildError>(())
/// ```
///
/// # Struct is not supported in `trait`s or `impl`s
///
/// A tool is a free function for now. The macro sees a method by its `self` or `Self` and says so; that a function with
/// neither stands in an `impl` it cannot see, and rustc has no place there for the tool's type. Put the function outside,
/// and take the value as state:
///
/// ```
/// # use tool_runtime::tool;
/// struct Desk;
///
/// impl Desk {
///     fn customer(&self, number: u64) -> String {
///         format!("customer {number}")
///     }
/// }
///
/// /// Looks up a customer.
/// #[tool]
/// async fn get_customer(
///     /// The number.
///     number: u64,
///     #[state] desk: &Desk,
/// ) -> String {
///     desk.customer(number)
/// }
/// # fn main() {}
/// ```
///
/// # The runtime under another name
///
/// The expansion names nothing but the runtime and `core`: a crate whose arguments are types of the standard library
/// needs no other dependency. `crate = …` says where the runtime is if the dependency is renamed or reached through
/// another crate; without it rustc answers E0432, "unresolved import `tool_runtime`". The path means the same in every
/// module: it begins with `::`, `crate` or, in a `macro_rules!`, `$crate`.
///
/// ```
/// pub mod runtime {
///     pub use tool_runtime::*;
/// }
///
/// /// Adds two numbers.
/// #[runtime::tool(crate = crate::runtime, pure)]
/// async fn add(
///     /// The first number.
///     a: i64,
///     /// The second number.
///     b: i64,
/// ) -> i64 {
///     a + b
/// }
/// # fn main() {}
/// ```
///
/// The runtime re-exports the `serde` and the `schemars` whose traits it asks for, so that types can derive them:
///
/// ```
/// # mod runtime { pub use tool_runtime::*; }
/// #[derive(runtime::serde::Deserialize, runtime::schemars::JsonSchema)]
/// #[serde(crate = "runtime::serde")]
/// #[schemars(crate = "runtime::schemars")]
/// struct Order {
///     id: u64,
/// }
/// # /// Cancels an order.
/// # #[tool_runtime::tool] async fn cancel(/** Which. */ order: Order) -> u64 { order.id }
/// # fn main() {}
/// ```
#[proc_macro_attribute]
pub fn tool(attribute: TokenStream, item: TokenStream) -> TokenStream {
    expand::tool(attribute.into(), item.into()).into()
}

/// Turns methods into tools whose state is the type they belong to.
///
/// ```
/// use tool_runtime::{Toolbox, tool, toolset};
///
/// struct Desk {
///     rate: f64,
/// }
///
/// #[toolset]
/// impl Desk {
///     /// Converts francs to euros.
///     #[tool(reads("rates"))]
///     async fn to_euros(
///         &self,
///         /// The amount in francs.
///         francs: f64,
///     ) -> f64 {
///         francs * self.rate
///     }
///
///     /// Says which currencies are known.
///     #[tool(pure)]
///     fn currencies() -> Vec<&'static str> {
///         vec!["CHF", "EUR"]
///     }
///
///     // No tool.
///     fn new() -> Self {
///         Self { rate: 1.05 }
///     }
/// }
///
/// let toolbox = Toolbox::<Desk>::builder().tools(Desk::tools()).build()?;
/// let desk = toolbox.bind(Desk::new());
/// # Ok::<(), tool_runtime::BuildError>(())
/// ```
///
/// Each method with `#[tool]` is a tool, with the options and the parameters that a function has; `&self` is its state, and
/// an associated function without it has none. Other methods are left alone. The methods stay methods.
///
/// The type may be generic, `impl<D: Database> Desk<D>`, as long as no argument depends on its parameters.
///
/// `tools()` is an associated function that lists them, for a toolbox over the type itself or over any state that provides
/// it (and what `#[state]` parameters borrow). To list one alone, name its type: `#[tool(type = ToEuros)]` above the method
/// and `tools![ToEuros]`.
///
/// | option | says | default |
/// |---|---|---|
/// | `tools = desk_tools` | the name of the function that lists the tools: a type with two such blocks needs two | `tools` |
/// | `crate = ::agent_kit::runtime` | where the runtime is, for all the tools | `::tool_runtime` |
#[proc_macro_attribute]
pub fn toolset(attribute: TokenStream, item: TokenStream) -> TokenStream {
    expand::toolset::toolset(attribute.into(), item.into()).into()
}

/// Lends the fields of a state to tools: `Provide<T>` for the type of each field.
///
/// ```
/// use tool_runtime::{Provide, Toolbox, tool, tools};
///
/// # struct Db;
/// # struct Smtp;
/// trait Mailer: Send + Sync {
///     fn send(&self, to: &str);
/// }
/// # impl Mailer for Smtp { fn send(&self, _: &str) {} }
///
/// #[derive(Provide)]
/// struct App {
///     db: Db,
///     #[provide(dyn Mailer)] // lent as the trait object
///     mailer: Smtp,
///     #[provide(skip)] // not lent
///     secret: String,
/// }
///
/// /// Sends a reminder.
/// #[tool]
/// async fn remind(
///     /// The address.
///     to: String,
///     #[state] _db: &Db,
///     #[state] mailer: &dyn Mailer,
/// ) {
///     mailer.send(&to);
/// }
///
/// let toolbox = Toolbox::<App>::builder().tools(tools![remind]).build();
/// # toolbox.unwrap();
/// # let app = App { db: Db, mailer: Smtp, secret: String::new() };
/// # let _ = (app.db, app.mailer, app.secret);
/// ```
///
/// A field `Box<dyn Mailer>` or `Arc<dyn Mailer>` with `#[provide(dyn Mailer)]` lends what it points to. Two fields of
/// one type are refused at the second, since a tool could not say which it means.
///
/// `#[provide(crate = ::agent_kit::runtime)]` above the struct says where the runtime is, as the option of `#[tool]` does.
#[proc_macro_derive(Provide, attributes(provide))]
pub fn derive_provide(input: TokenStream) -> TokenStream {
    expand::provide::derive(input.into()).into()
}

/// Gives a type a form in a key: `Key`, which says what can stand in a hole of an effect template.
///
/// A struct with one field has the form of its field. An enum without data has the name that the model sends, which is
/// serde's, `rename` and `rename_all` included:
///
/// ```
/// use serde::Deserialize;
/// use tool_runtime::{Key, KeyText};
///
/// #[derive(Key, Deserialize)]
/// struct AccountId(u64);
///
/// #[derive(Key, Deserialize)]
/// #[serde(rename_all = "kebab-case")]
/// enum Kind {
///     MoneyMarket,
///     #[serde(rename = "giro")]
///     Checking,
/// }
///
/// assert_eq!(KeyText::of(&AccountId(7)).as_str(), Some("7"));
/// assert_eq!(KeyText::of(&Kind::MoneyMarket).as_str(), Some("money-market"));
/// assert_eq!(KeyText::of(&Kind::Checking).as_str(), Some("giro"));
/// ```
///
/// So `writes("account:{kind}")` of one tool and `reads("account:giro")` of another are about the same account.
///
/// With `#[serde(transparent)]` a struct may have more fields than the one that the model sends. A type parameter must
/// be `Key` where the field's type needs it. Refused are a struct of several fields, of which a hole can name one
/// (`{order.id}`), and an enum that serde does not read by the names of its variants: with data, `untagged`, `other`,
/// `from` or `try_from`.
#[proc_macro_derive(Key, attributes(key))]
pub fn derive_key(input: TokenStream) -> TokenStream {
    expand::key::derive(input.into()).into()
}

/// What the runtime's `tools!` calls, with its own `$crate` before the list.
#[doc(hidden)]
#[proc_macro]
pub fn tools(input: TokenStream) -> TokenStream {
    expand::tools(input.into()).into()
}
