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
const _: () = {
    static __TOOL_DECLARATION: ::tool_runtime::__private::Declaration = ::tool_runtime::__private::Declaration {
        name: <search as ::tool_runtime::__private::Named>::NAME,
        place: <search as ::tool_runtime::__private::Named>::PLACE,
        description: "Searches the orders.\n\n- by text\n- by customer",
        parameters: ::tool_runtime::__private::Parameters::Whole(
            ::tool_runtime::__private::Whole::new::<
                <Search as ::tool_runtime::__private::Borrowed>::Owned,
            >(),
        ),
        effects: ::tool_runtime::__private::DeclaredEffects::Keys {
            reads: &["orders"],
            writes: &["log:{search.text}"],
        },
        timeout_ms: ::core::option::Option::Some(5000u64),
    };
    const _: () = {
        #[allow(unused_imports)]
        use ::tool_runtime::__private::AnyReached as _;
        #[allow(dead_code)]
        fn __tool_hole(
            __tool_value: <Search as ::tool_runtime::__private::Borrowed>::Owned,
        ) {
            let __tool_value = ::core::option::Option::Some(&__tool_value);
            let __tool_value = ::tool_runtime::__private::Reached(__tool_value)
                .open()
                .map(|__tool_value| &__tool_value.text);
            ::tool_runtime::__private::hole(&__tool_value);
        }
    };
    #[automatically_derived]
    impl ::tool_runtime::__private::Named for search {
        const NAME: &'static ::core::primitive::str = "search_orders";
        const PLACE: ::tool_runtime::__private::Place = ::tool_runtime::__private::Place::new(
            ::core::file!(),
            ::core::line!(),
        );
    }
    #[automatically_derived]
    impl<__ToolState> ::tool_runtime::__private::Tool<__ToolState> for search
    where
        __ToolState: ::tool_runtime::__private::State,
        __ToolState: ::tool_runtime::__private::Provide<dyn Index>,
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
            let mut __tool_0 = ::tool_runtime::__private::Slot::<
                <Search as ::tool_runtime::__private::Borrowed>::Owned,
            >::empty();
            if let ::core::result::Result::Err(__tool_errors) = __TOOL_DECLARATION
                .decode(__tool_arguments, &mut [&mut __tool_0])
            {
                return ::tool_runtime::__private::Prepared::rejected(__tool_errors);
            }
            let __tool_0 = __tool_0.take();
            ::tool_runtime::__private::Prepared::blocking(
                ::tool_runtime::__private::Box::new(move || {
                    #[allow(unused_imports)]
                    use ::tool_runtime::__private::{
                        AnyReturn as _, AnyValue as _, Ready as _,
                    };
                    #[allow(clippy::let_unit_value)]
                    let __tool_returned = search(
                        <Search as ::tool_runtime::__private::Borrowed>::borrowed(
                            &__tool_0,
                        ),
                        ::tool_runtime::__private::Provide::<
                            dyn Index,
                        >::provide(&*__tool_state),
                        &__tool_context,
                    );
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
