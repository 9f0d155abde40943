/// Look up a customer.
pub async fn get_customer(customer_id: u64, db: &Db) -> Result<Customer, LookupError> {
    db.customer(customer_id).await
}
#[doc(hidden)]
#[allow(non_camel_case_types, dead_code)]
pub struct get_customer {}
const _: () = {
    static __TOOL_DECLARATION: ::tool_runtime::__private::Declaration = ::tool_runtime::__private::Declaration {
        name: <get_customer as ::tool_runtime::__private::Named>::NAME,
        place: <get_customer as ::tool_runtime::__private::Named>::PLACE,
        description: "Look up a customer.",
        parameters: ::tool_runtime::__private::Parameters::Each(
            &[
                ::tool_runtime::__private::Parameter::new::<
                    u64,
                >("customer_id", "The customer's number."),
            ],
        ),
        effects: ::tool_runtime::__private::DeclaredEffects::Keys {
            reads: &["customer:{customer_id}"],
            writes: &[],
        },
        timeout_ms: ::core::option::Option::None,
    };
    const _: () = {
        #[allow(unused_imports)]
        use ::tool_runtime::__private::AnyReached as _;
        #[allow(dead_code)]
        fn __tool_hole(__tool_value: u64) {
            let __tool_value = ::core::option::Option::Some(&__tool_value);
            ::tool_runtime::__private::hole(&__tool_value);
        }
    };
    #[automatically_derived]
    impl ::tool_runtime::__private::Named for get_customer {
        const NAME: &'static ::core::primitive::str = "get_customer";
        const PLACE: ::tool_runtime::__private::Place = ::tool_runtime::__private::Place::new(
            ::core::file!(),
            ::core::line!(),
        );
    }
    #[automatically_derived]
    impl<__ToolState> ::tool_runtime::__private::Tool<__ToolState> for get_customer
    where
        __ToolState: ::tool_runtime::__private::State,
        __ToolState: ::tool_runtime::__private::Provide<Db>,
    {
        fn definition(&self) -> ::tool_runtime::__private::ToolDefinition {
            __TOOL_DECLARATION.define()
        }
        fn prepare(
            &self,
            __tool_arguments: &::core::primitive::str,
            __tool_context: ::tool_runtime::__private::CallContext,
            __tool_state: ::tool_runtime::__private::Arc<__ToolState>,
        ) -> ::tool_runtime::__private::Prepared {
            let mut __tool_0 = ::tool_runtime::__private::Slot::<u64>::empty();
            if let ::core::result::Result::Err(__tool_errors) = __TOOL_DECLARATION
                .decode(__tool_arguments, &mut [&mut __tool_0])
            {
                return ::tool_runtime::__private::Prepared::rejected(__tool_errors);
            }
            let __tool_0 = __tool_0.take();
            ::tool_runtime::__private::Prepared::new(
                ::tool_runtime::__private::Box::pin(async move {
                    #[allow(unused_imports)]
                    use ::tool_runtime::__private::{
                        AnyReturn as _, AnyValue as _, Ready as _,
                    };
                    #[allow(clippy::let_unit_value)]
                    let __tool_returned = get_customer(
                            __tool_0,
                            ::tool_runtime::__private::Provide::<
                                Db,
                            >::provide(&*__tool_state),
                        )
                        .await;
                    #[allow(clippy::let_unit_value)]
                    let __tool_value = ::tool_runtime::__private::Returned(
                            __tool_returned,
                        )
                        .split()?;
                    ::tool_runtime::__private::Rendered(__tool_value).render()
                }),
            )
        }
    }
};
