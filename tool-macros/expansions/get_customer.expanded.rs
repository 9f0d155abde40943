/// Look up a customer.
pub async fn get_customer(customer_id: u64, db: &Db) -> Result<Customer, LookupError> {
    db.customer(customer_id).await
}
#[doc(hidden)]
#[allow(non_camel_case_types, dead_code)]
pub struct get_customer {}
#[allow(unused_qualifications)]
const _: () = {
    use ::tool_runtime::__private as __tool_private;
    static __TOOL_DECLARATION: __tool_private::Declaration = __tool_private::Declaration {
        name: "get_customer",
        place: __tool_private::Place::new(::core::file!(), ::core::line!()),
        description: "Look up a customer.",
        parameters: __tool_private::Parameters::each(
            &[
                __tool_private::Parameter::new::<
                    u64,
                >("customer_id", "The customer's number."),
            ],
        ),
        effects: __tool_private::DeclaredEffects::Keys {
            reads: __tool_private::KeyTemplates::fixed(&["customer:{customer_id}"]),
            writes: __tool_private::KeyTemplates::fixed(&[]),
            group: ::core::option::Option::None,
        },
        hints: __tool_private::Hints::NONE,
        is_destructive: false,
        is_idempotent: false,
        needs_approval: false,
        takes_context: false,
        timeout_ms: ::core::option::Option::None,
        attempts: ::core::option::Option::None,
        max_concurrency: ::core::option::Option::None,
    };
    #[automatically_derived]
    impl __tool_private::Named for get_customer {
        const NAME: &'static ::core::primitive::str = "get_customer";
        const PLACE: __tool_private::Place = __tool_private::Place::new(
            ::core::file!(),
            ::core::line!(),
        );
    }
    #[automatically_derived]
    impl<S> __tool_private::Tool<S> for get_customer
    where
        S: __tool_private::State,
        S: __tool_private::Provide<Db>,
    {
        fn definition(&self) -> __tool_private::ToolDefinition {
            __TOOL_DECLARATION.define()
        }
        fn prepare(
            &self,
            __tool_arguments: &::core::primitive::str,
            __tool_context: __tool_private::CallContext,
            __tool_state: __tool_private::Arc<S>,
        ) -> __tool_private::Prepared {
            let mut __tool_0 = __tool_private::Slot::<u64>::empty();
            if let ::core::result::Result::Err(__tool_errors) = __TOOL_DECLARATION
                .decode(__tool_arguments, &mut [&mut __tool_0])
            {
                return __tool_private::Prepared::rejected(__tool_errors);
            }
            let __tool_0 = __tool_0.take();
            let __tool_holes = [
                __tool_private::hole(::core::option::Option::Some(&__tool_0)),
            ];
            __tool_private::Prepared::new(
                    __tool_private::Box::pin(async move {
                        #[allow(unused_imports)]
                        use __tool_private::{AnyReturn as _, AnyValue as _, Ready as _};
                        #[allow(clippy::let_unit_value)]
                        let __tool_returned = get_customer(
                                __tool_0,
                                __tool_private::Provide::<Db>::provide(&*__tool_state),
                            )
                            .await;
                        match __tool_private::Returned(__tool_returned).split() {
                            ::core::result::Result::Ok(__tool_value) => {
                                __tool_private::Rendered(__tool_value).render()
                            }
                            ::core::result::Result::Err(__tool_error) => {
                                ::core::result::Result::Err(__tool_error)
                            }
                        }
                    }),
                )
                .with_holes(__tool_holes)
        }
    }
};
