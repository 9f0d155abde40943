/// Says hello.
#[cfg(feature = "greetings")]
async fn hello() {}
#[cfg(feature = "greetings")]
#[doc(hidden)]
#[allow(non_camel_case_types, dead_code)]
struct hello {}
#[cfg(feature = "greetings")]
const _: () = {
    static __TOOL_DECLARATION: ::tool_runtime::__private::Declaration = ::tool_runtime::__private::Declaration {
        name: <hello as ::tool_runtime::__private::Named>::NAME,
        place: <hello as ::tool_runtime::__private::Named>::PLACE,
        description: "Says hello.",
        parameters: ::tool_runtime::__private::Parameters::Each(&[]),
        effects: ::tool_runtime::__private::DeclaredEffects::Undeclared,
        timeout_ms: ::core::option::Option::None,
    };
    #[automatically_derived]
    impl ::tool_runtime::__private::Named for hello {
        const NAME: &'static ::core::primitive::str = "hello";
        const PLACE: ::tool_runtime::__private::Place = ::tool_runtime::__private::Place::new(
            ::core::file!(),
            ::core::line!(),
        );
    }
    #[automatically_derived]
    impl<__ToolState> ::tool_runtime::__private::Tool<__ToolState> for hello
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
            if let ::core::result::Result::Err(__tool_errors) = __TOOL_DECLARATION
                .decode(__tool_arguments, &mut [])
            {
                return ::tool_runtime::__private::Prepared::rejected(__tool_errors);
            }
            ::tool_runtime::__private::Prepared::new(
                ::tool_runtime::__private::Box::pin(async move {
                    #[allow(unused_imports)]
                    use ::tool_runtime::__private::{
                        AnyReturn as _, AnyValue as _, Ready as _,
                    };
                    #[allow(clippy::let_unit_value)]
                    let __tool_returned = hello().await;
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
