/// Searches the orders.
///
/// - by text
/// - by customer
fn search(search: &Search, index: &dyn Index, context: &CallContext) -> Vec<Order> {
    index.search(search, context.deadline())
}
#[doc(hidden)]
#[allow(non_camel_case_types, dead_code)]
struct search {}
#[allow(unused_qualifications)]
const _: () = {
    use ::tool_runtime::__private as __tool_private;
    static __TOOL_DECLARATION: __tool_private::Declaration = __tool_private::Declaration {
        name: "search_orders",
        place: __tool_private::Place::new(::core::file!(), ::core::line!()),
        description: "Searches the orders.\n\n- by text\n- by customer",
        parameters: __tool_private::Parameters::Whole(
            __tool_private::Whole::new::<<Search as __tool_private::Borrowed>::Owned>(),
        ),
        effects: __tool_private::DeclaredEffects::Keys {
            reads: __tool_private::KeyTemplates::fixed(&["orders"]),
            writes: __tool_private::KeyTemplates::fixed(&["log:{search.text}"]),
            group: ::core::option::Option::None,
        },
        hints: __tool_private::Hints::NONE,
        is_destructive: false,
        is_idempotent: false,
        needs_approval: false,
        takes_context: true,
        timeout_ms: ::core::option::Option::Some(5000u64),
        attempts: ::core::option::Option::None,
        max_concurrency: ::core::option::Option::None,
    };
    #[automatically_derived]
    impl __tool_private::Named for search {
        const NAME: &'static ::core::primitive::str = "search_orders";
        const PLACE: __tool_private::Place = __tool_private::Place::new(
            ::core::file!(),
            ::core::line!(),
        );
    }
    #[automatically_derived]
    impl<S> __tool_private::Tool<S> for search
    where
        S: __tool_private::State,
        S: __tool_private::Provide<dyn Index>,
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
            let mut __tool_0 = __tool_private::Slot::<
                <Search as __tool_private::Borrowed>::Owned,
            >::empty();
            if let ::core::result::Result::Err(__tool_errors) = __TOOL_DECLARATION
                .decode(__tool_arguments, &mut [&mut __tool_0])
            {
                return __tool_private::Prepared::rejected(__tool_errors);
            }
            let __tool_0 = __tool_0.take();
            let __tool_holes = [
                {
                    #[allow(unused_imports)]
                    use __tool_private::AnyReached as _;
                    let __tool_value = ::core::option::Option::Some(&__tool_0);
                    let __tool_value = match __tool_private::Reached(__tool_value).open()
                    {
                        ::core::option::Option::Some(__tool_value) => {
                            ::core::option::Option::Some(&__tool_value.text)
                        }
                        ::core::option::Option::None => ::core::option::Option::None,
                    };
                    __tool_private::hole(__tool_value)
                },
            ];
            __tool_private::Prepared::blocking(
                    __tool_private::Box::new(move || {
                        #[allow(unused_imports)]
                        use __tool_private::{AnyReturn as _, AnyValue as _, Ready as _};
                        #[allow(clippy::let_unit_value)]
                        let __tool_returned = search(
                            <Search as __tool_private::Borrowed>::borrowed(&__tool_0),
                            __tool_private::Provide::<
                                dyn Index,
                            >::provide(&*__tool_state),
                            &__tool_context,
                        );
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
