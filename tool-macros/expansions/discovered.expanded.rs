/// Says hello.
pub async fn hello() -> &'static str {
    "hello"
}
#[doc(hidden)]
#[allow(non_camel_case_types, dead_code)]
pub struct hello {}
#[allow(unused_qualifications)]
const _: () = {
    use ::tool_runtime::__private as __tool_private;
    static __TOOL_DECLARATION: __tool_private::Declaration = __tool_private::Declaration {
        name: "hello",
        place: __tool_private::Place::new(::core::file!(), ::core::line!()),
        description: "Says hello.",
        parameters: __tool_private::Parameters::each(&[]),
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
    impl __tool_private::Named for hello {
        const NAME: &'static ::core::primitive::str = "hello";
        const PLACE: __tool_private::Place = __tool_private::Place::new(
            ::core::file!(),
            ::core::line!(),
        );
    }
    #[automatically_derived]
    impl<S> __tool_private::Tool<S> for hello
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
            if let ::core::result::Result::Err(__tool_errors) = __TOOL_DECLARATION
                .decode(__tool_arguments, &mut [])
            {
                return __tool_private::Prepared::rejected(__tool_errors);
            }
            __tool_private::Prepared::new(
                __tool_private::Box::pin(async move {
                    #[allow(unused_imports)]
                    use __tool_private::{AnyReturn as _, AnyValue as _, Ready as _};
                    #[allow(clippy::let_unit_value)]
                    let __tool_returned = hello().await;
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
    static __TOOL_DISCOVERED: fn() -> __tool_private::ToolList<app::App> = || __tool_private::ToolList::new(
        &[&hello {}],
    );
    __tool_private::inventory::submit! {
        __tool_private::Discoverable::new:: < hello, app::App > (& __TOOL_DISCOVERED)
    }
};
