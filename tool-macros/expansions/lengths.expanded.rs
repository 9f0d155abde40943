/// Measures texts.
fn lengths(texts: &[String], mut characters: Option<bool>) -> Vec<usize> {
    texts.iter().map(|text| text.len()).collect()
}
#[doc(hidden)]
#[allow(non_camel_case_types, dead_code)]
struct lengths {}
#[allow(unused_qualifications)]
const _: () = {
    use ::tool_runtime::__private as __tool_private;
    static __TOOL_DECLARATION: __tool_private::Declaration = __tool_private::Declaration {
        name: "lengths",
        place: __tool_private::Place::new(::core::file!(), ::core::line!()),
        description: "Measures texts.",
        parameters: __tool_private::Parameters::each(
            &[
                __tool_private::Parameter::new::<
                    <[String] as __tool_private::Borrowed>::Owned,
                >("texts", "The texts."),
                __tool_private::Parameter::new::<
                    Option<bool>,
                >("characters", "Whether to count characters and not bytes."),
            ],
        ),
        effects: __tool_private::DeclaredEffects::Pure,
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
    impl __tool_private::Named for lengths {
        const NAME: &'static ::core::primitive::str = "lengths";
        const PLACE: __tool_private::Place = __tool_private::Place::new(
            ::core::file!(),
            ::core::line!(),
        );
    }
    #[automatically_derived]
    impl<S> __tool_private::Tool<S> for lengths
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
            let mut __tool_0 = __tool_private::Slot::<
                <[String] as __tool_private::Borrowed>::Owned,
            >::empty();
            let mut __tool_1 = __tool_private::Slot::<Option<bool>>::empty();
            if let ::core::result::Result::Err(__tool_errors) = __TOOL_DECLARATION
                .decode(__tool_arguments, &mut [&mut __tool_0, &mut __tool_1])
            {
                return __tool_private::Prepared::rejected(__tool_errors);
            }
            let __tool_0 = __tool_0.take();
            let __tool_1 = __tool_1.take();
            __tool_private::Prepared::new(
                __tool_private::Box::pin(async move {
                    #[allow(unused_imports)]
                    use __tool_private::{AnyReturn as _, AnyValue as _, Ready as _};
                    #[allow(clippy::let_unit_value)]
                    let __tool_returned = lengths(
                        <[String] as __tool_private::Borrowed>::borrowed(&__tool_0),
                        __tool_1,
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
        }
    }
};
