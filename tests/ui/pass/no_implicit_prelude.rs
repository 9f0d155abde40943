//! No name of the prelude is there.

#![no_implicit_prelude]

struct Db;

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

fn main() {
    let tools = ::tool_runtime::tools![get_customer, self::nothing, pure];
    let toolbox = ::tool_runtime::Toolbox::<Db>::builder()
        .tools(tools)
        .build();
    let toolbox = toolbox.unwrap();
    ::core::assert_eq!(toolbox.definitions().len(), 3);
}
