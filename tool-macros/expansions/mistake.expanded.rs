::core::compile_error! {
    "unknown option `timout`; did you mean `timeout`?"
}
::core::compile_error! {
    "the model needs a description of `customer_id`; write `/// What it is.` above it"
}
/// Look up a customer.
pub async fn get_customer(customer_id: u64, db: &Db) -> Customer {
    db.customer(customer_id).await
}
#[doc(hidden)]
#[allow(non_camel_case_types, dead_code)]
pub struct get_customer {}
const _: () = {
    use ::tool_runtime::__private as __tool_private;
    #[automatically_derived]
    impl __tool_private::Named for get_customer {
        const NAME: &'static ::core::primitive::str = "get_customer";
        const PLACE: __tool_private::Place = __tool_private::Place::new(
            ::core::file!(),
            ::core::line!(),
        );
    }
    #[automatically_derived]
    impl<S: __tool_private::State> __tool_private::Tool<S> for get_customer {
        fn definition(&self) -> __tool_private::ToolDefinition {
            ::core::unreachable!()
        }
        fn prepare(
            &self,
            _: &::core::primitive::str,
            _: __tool_private::CallContext,
            _: __tool_private::Arc<S>,
        ) -> __tool_private::Prepared {
            ::core::unreachable!()
        }
    }
};
