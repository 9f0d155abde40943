//! The names of the prelude, of primitive types and of the runtime mean something else.

#![allow(dead_code, non_camel_case_types)]

struct Result;
struct Option;
struct Some;
struct None;
struct Ok;
struct Err;
struct Box;
struct String;
struct Vec;
struct Arc;
struct Tool;
struct Named;
struct Provide;
struct Prepared;
struct CallContext;
struct Slot;
struct Returned;
struct Rendered;
struct KeyText;
trait Key {}
trait Send {}
trait Sync {}
trait Future {}
trait Into {}
trait From {}
trait Default {}
trait AnyReturn {}
trait AnyValue {}
mod core {}
mod std {}
mod tool_runtime {}
mod alloc {}

#[derive(::tool_runtime::Key)]
struct Number<T>(::core::option::Option<T>);

#[derive(::tool_runtime::Key)]
enum Kind {
    Savings,
    None,
}

/// Look up a customer.
#[::tool_runtime::tool(reads("customer:{customer_id}"), timeout = "30s")]
async fn get_customer(
    /// The customer's number.
    customer_id: u64,
    /// Whether to look closely.
    closely: ::core::option::Option<bool>,
    #[state] db: &u8,
    #[context] context: &::tool_runtime::CallContext,
) -> ::core::result::Result<::std::string::String, ::std::string::String> {
    let _ = (customer_id, closely, db, context);
    ::core::result::Result::Ok(::std::string::String::new())
}

/// Does nothing.
#[::tool_runtime::tool]
async fn nothing() {}

mod primitives {
    struct bool;
    struct char;
    struct str;
    struct u8;
    struct u32;
    struct u64;
    struct usize;
    struct isize;

    /// Takes a type that is named as a primitive one is.
    #[::tool_runtime::tool(timeout = "1h", reads("a"))]
    pub(super) async fn primitive(
        /// A number.
        number: ::core::primitive::u64,
    ) -> ::core::primitive::u64 {
        number
    }

    pub(super) fn tools() -> ::tool_runtime::ToolList<::core::primitive::u8> {
        ::tool_runtime::tools![primitive]
    }
}

#[test]
fn works() {
    let tools = ::tool_runtime::tools![get_customer, nothing];
    let toolbox = ::tool_runtime::Toolbox::<u8>::builder()
        .tools(tools)
        .tools(primitives::tools())
        .build();
    assert_eq!(toolbox.unwrap().tools().len(), 3);
}
