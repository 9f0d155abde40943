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
    #[automatically_derived]
    impl ::tool_runtime::__private::Named for get_customer {
        const NAME: &'static ::core::primitive::str = "get_customer";
        const PLACE: ::tool_runtime::__private::Place = ::tool_runtime::__private::Place::new(
            ::core::file!(),
            ::core::line!(),
        );
    }
    #[automatically_derived]
    impl<
        __ToolState: ::tool_runtime::__private::State,
    > ::tool_runtime::__private::Tool<__ToolState> for get_customer {
        fn definition(&self) -> ::tool_runtime::__private::ToolDefinition {
            ::core::unreachable!()
        }
        fn prepare(
            &self,
            _: &::core::primitive::str,
            _: ::tool_runtime::__private::CallContext,
            _: ::tool_runtime::__private::Arc<__ToolState>,
        ) -> ::tool_runtime::__private::Prepared {
            ::core::unreachable!()
        }
    }
};
