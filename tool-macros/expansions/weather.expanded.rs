/// Says what the weather is like.
async fn get_weather(city: &str, stations: &Stations) -> Result<Weather, Unknown> {
    stations.weather(city).await
}
#[doc(hidden)]
#[allow(non_camel_case_types, dead_code)]
struct get_weather {}
#[allow(unused_qualifications)]
const _: () = {
    use ::tool_runtime::__private as __tool_private;
    static __TOOL_DECLARATION: __tool_private::Declaration = __tool_private::Declaration {
        name: "get_weather",
        place: __tool_private::Place::new(::core::file!(), ::core::line!()),
        description: "Says what the weather is like.",
        parameters: __tool_private::Parameters::each(
            &[
                __tool_private::Parameter::new::<
                    <str as __tool_private::Borrowed>::Owned,
                >("city", "Which city."),
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
    impl __tool_private::Named for get_weather {
        const NAME: &'static ::core::primitive::str = "get_weather";
        const PLACE: __tool_private::Place = __tool_private::Place::new(
            ::core::file!(),
            ::core::line!(),
        );
    }
    #[automatically_derived]
    impl<S> __tool_private::Tool<S> for get_weather
    where
        S: __tool_private::State,
        S: __tool_private::Provide<Stations>,
    {
        fn definition(&self) -> __tool_private::ToolDefinition {
            #[allow(unused_imports)]
            use __tool_private::AnyTyped as _;
            let __tool_output = __tool_private::returned(|| async {
                __tool_private::Typed(
                        get_weather(__tool_private::never(), __tool_private::never())
                            .await,
                    )
                    .of()
            });
            __tool_private::Schematic(__tool_output)
                .describe(__TOOL_DECLARATION.define())
        }
        fn prepare(
            &self,
            __tool_arguments: &::core::primitive::str,
            __tool_context: __tool_private::CallContext,
            __tool_state: __tool_private::Arc<S>,
        ) -> __tool_private::Prepared {
            let mut __tool_0 = __tool_private::Slot::<
                <str as __tool_private::Borrowed>::Owned,
            >::empty();
            if let ::core::result::Result::Err(__tool_errors) = __TOOL_DECLARATION
                .decode(__tool_arguments, &mut [&mut __tool_0])
            {
                return __tool_private::Prepared::rejected(__tool_errors);
            }
            let __tool_0 = __tool_0.take();
            __tool_private::Prepared::new(
                __tool_private::Box::pin(async move {
                    #[allow(unused_imports)]
                    use __tool_private::{AnyReturn as _, AnyValue as _, Ready as _};
                    #[allow(clippy::let_unit_value)]
                    let __tool_returned = get_weather(
                            <str as __tool_private::Borrowed>::borrowed(&__tool_0),
                            __tool_private::Provide::<Stations>::provide(&*__tool_state),
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
        }
    }
};
