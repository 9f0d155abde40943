//! The macros of [`tool-runtime`](https://docs.rs/tool-runtime), which re-exports them: use that crate.
//!
//! The expansion names items of exactly one version of the runtime, so this crate is of no use by itself.

mod errors;
mod expand;
mod model;
mod parse;
mod runtime_path;

use proc_macro::TokenStream;

/// Turns an `async fn` into a tool that a language model can call.
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
/// The doc comment of the function is the tool's description, that of a parameter the parameter's; both are required,
/// since they are all that the model knows. Common indentation is taken off; `#[doc = include_str!("…")]` is read too; an
/// empty description is a choice that can be made: `#[tool(description = "")]`.
///
/// # Return types
///
/// Anything that is `Serialize` goes back as JSON; `String` and `&str` as text; `()` as a short acknowledgement.
/// `Result<T, E>` of these, also through an alias, is a failure the model reads as `E`'s `Display` text, never its
/// sources or its `Debug` form. `E` is anything that converts into `Box<dyn Error + Send + Sync>`, `anyhow::Error` and
/// `String` among them.
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
/// | `crate = ::agent_kit::runtime` | where the runtime is, if the crate does not depend on it by its own name | `::tool_runtime` |
///
/// A key is a domain and segments, `domain:segment/segment`; a segment is a literal, a hole `{argument}` that takes an
/// argument's value as one segment, or a hole `{argument/}` that takes it as a path. A hole may reach into a struct:
/// `{order.account}`. Keys are checked and carried to the tool's definition; what a failed call tells the model about
/// its effects follows from them. Calls are not yet ordered by them.
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

/// What the runtime's `tools!` calls, with its own `$crate` before the list.
#[doc(hidden)]
#[proc_macro]
pub fn tools(input: TokenStream) -> TokenStream {
    expand::tools(input.into()).into()
}
