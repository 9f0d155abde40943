/// Sets a price.
async fn set_price(item: u64, cents: u32) {}
#[doc(hidden)]
#[allow(non_camel_case_types, dead_code)]
struct set_price {}
#[allow(unused_qualifications)]
const _: () = {
    use ::tool_runtime::__private as __tool_private;
    static __TOOL_DECLARATION: __tool_private::Declaration = __tool_private::Declaration {
        name: "set_price",
        place: __tool_private::Place::new(::core::file!(), ::core::line!()),
        description: "Sets a price.",
        parameters: __tool_private::Parameters::each(
            &[
                __tool_private::Parameter::new::<u64>("item", "Of what."),
                __tool_private::Parameter::new::<u32>("cents", "In cents."),
            ],
        ),
        effects: __tool_private::DeclaredEffects::Keys {
            reads: __tool_private::KeyTemplates::fixed(&[]),
            writes: __tool_private::KeyTemplates::fixed(&["price:{item}"]),
            group: ::core::option::Option::None,
        },
        hints: __tool_private::Hints::NONE
            .title("Prices")
            .open_world(false)
            .strict(true)
            .tags(&["shop", "prices"]),
        is_destructive: false,
        is_idempotent: true,
        needs_approval: false,
        takes_context: false,
        timeout_ms: ::core::option::Option::None,
        attempts: ::core::option::Option::Some(5u32),
        max_concurrency: ::core::option::Option::Some(4usize),
    };
    #[automatically_derived]
    impl __tool_private::Named for set_price {
        const NAME: &'static ::core::primitive::str = "set_price";
        const PLACE: __tool_private::Place = __tool_private::Place::new(
            ::core::file!(),
            ::core::line!(),
        );
    }
    #[automatically_derived]
    impl<S> __tool_private::Tool<S> for set_price
    where
        S: __tool_private::State,
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
            let mut __tool_1 = __tool_private::Slot::<u32>::empty();
            if let ::core::result::Result::Err(__tool_errors) = __TOOL_DECLARATION
                .decode(__tool_arguments, &mut [&mut __tool_0, &mut __tool_1])
            {
                return __tool_private::Prepared::rejected(__tool_errors);
            }
            let __tool_0 = __tool_0.take();
            let __tool_1 = __tool_1.take();
            let __tool_holes = [
                __tool_private::hole(::core::option::Option::Some(&__tool_0)),
            ];
            __tool_private::Prepared::new(
                    __tool_private::Box::pin(async move {
                        #[allow(unused_imports)]
                        use __tool_private::{AnyReturn as _, AnyValue as _, Ready as _};
                        #[allow(clippy::let_unit_value)]
                        let __tool_returned = set_price(__tool_0, __tool_1).await;
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
