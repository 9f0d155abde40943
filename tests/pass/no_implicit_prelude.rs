//! No name of the prelude is there.

#![no_implicit_prelude]

struct Db;

#[derive(::tool_runtime::Key)]
struct Number<T>(::core::option::Option<T>);

impl<T> Number<T> {
    fn some(value: T) -> Self {
        Self(::core::option::Option::Some(value))
    }
}

#[derive(::tool_runtime::Key)]
enum Kind {
    Savings,
    Checking,
}

/// Look up a customer.
#[::tool_runtime::tool(reads("customer:{customer_id}"), timeout = "30s")]
async fn get_customer(
    /// The customer's number.
    customer_id: u64,
    /// Whether to look closely.
    closely: ::core::option::Option<bool>,
    #[state] db: &Db,
    #[context] context: &::tool_runtime::CallContext,
) -> ::core::result::Result<::std::string::String, ::std::string::String> {
    let _ = (customer_id, closely, db, context);
    ::core::result::Result::Ok(::std::string::String::new())
}

/// Does nothing.
#[::tool_runtime::tool]
async fn nothing() {}

/// Does something pure.
#[::tool_runtime::tool(pure)]
async fn pure() -> u8 {
    1
}

#[::core::prelude::v1::test]
fn works() {
    let kinds = [Kind::Savings, Kind::Checking].map(Number::<Kind>::some);
    let texts = kinds.map(|kind| ::tool_runtime::KeyText::of(&kind));
    ::core::assert_eq!(texts[1].as_str(), ::core::option::Option::Some("Checking"));
    let tools = ::tool_runtime::tools![get_customer, self::nothing, pure];
    let toolbox = ::tool_runtime::Toolbox::<Db>::builder()
        .tools(tools)
        .build();
    let toolbox = toolbox.unwrap();
    ::core::assert_eq!(toolbox.tools().len(), 3);
}
