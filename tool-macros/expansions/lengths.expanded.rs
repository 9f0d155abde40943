/// Measures texts.
fn lengths(texts: &[String], mut characters: Option<bool>) -> Vec<usize> {
    texts.iter().map(|text| text.len()).collect()
}
#[doc(hidden)]
#[allow(non_camel_case_types, dead_code)]
struct lengths {}
const _: () = {
    static __TOOL_DECLARATION: ::tool_runtime::__private::Declaration = ::tool_runtime::__private::Declaration {
        name: <lengths as ::tool_runtime::__private::Named>::NAME,
        place: <lengths as ::tool_runtime::__private::Named>::PLACE,
        description: "Measures texts.",
        parameters: ::tool_runtime::__private::Parameters::Each(
            &[
                ::tool_runtime::__private::Parameter::new::<
                    <[String] as ::tool_runtime::__private::Borrowed>::Owned,
                >("texts", "The texts."),
                ::tool_runtime::__private::Parameter::new::<
                    Option<bool>,
                >("characters", "Whether to count characters and not bytes."),
            ],
        ),
        effects: ::tool_runtime::__private::DeclaredEffects::Pure,
        timeout_ms: ::core::option::Option::None,
    };
    #[automatically_derived]
    impl ::tool_runtime::__private::Named for lengths {
        const NAME: &'static ::core::primitive::str = "lengths";
        const PLACE: ::tool_runtime::__private::Place = ::tool_runtime::__private::Place::new(
            ::core::file!(),
            ::core::line!(),
        );
    }
    #[automatically_derived]
    impl<__ToolState> ::tool_runtime::__private::Tool<__ToolState> for lengths
    where
        __ToolState: ::tool_runtime::__private::State,
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
                <[String] as ::tool_runtime::__private::Borrowed>::Owned,
            >::empty();
            let mut __tool_1 = ::tool_runtime::__private::Slot::<Option<bool>>::empty();
            if let ::core::result::Result::Err(__tool_errors) = __TOOL_DECLARATION
                .decode(__tool_arguments, &mut [&mut __tool_0, &mut __tool_1])
            {
                return ::tool_runtime::__private::Prepared::rejected(__tool_errors);
            }
            let __tool_0 = __tool_0.take();
            let __tool_1 = __tool_1.take();
            ::tool_runtime::__private::Prepared::new(
                ::tool_runtime::__private::Box::pin(async move {
                    #[allow(unused_imports)]
                    use ::tool_runtime::__private::{
                        AnyReturn as _, AnyValue as _, Ready as _,
                    };
                    #[allow(clippy::let_unit_value)]
                    let __tool_returned = lengths(
                        <[String] as ::tool_runtime::__private::Borrowed>::borrowed(
                            &__tool_0,
                        ),
                        __tool_1,
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
