/// Sends a parcel.
async fn send_parcel(
    post_code: &str,
    weight: f64,
    marks: &[String],
    within: Duration,
    language: String,
) -> usize {
    post_code.len()
}
#[doc(hidden)]
#[allow(non_camel_case_types, dead_code)]
struct send_parcel {}
#[allow(unused_qualifications)]
const _: () = {
    use ::tool_runtime::__private as __tool_private;
    #[allow(unused_imports)]
    use __tool_private::NotShown as _;
    static __TOOL_PATTERN_0: __tool_private::Pattern = __tool_private::Pattern::new(
        "^[0-9]{5}$",
    );
    fn __tool_default_1() -> f64 {
        1.0
    }
    fn __tool_default_2() -> <[String] as __tool_private::Borrowed>::Owned {
        <<[String] as __tool_private::Borrowed>::Owned as ::core::default::Default>::default()
    }
    #[derive(__tool_private::serde::Deserialize, __tool_private::schemars::JsonSchema)]
    #[serde(crate = "__tool_private::serde", transparent)]
    #[schemars(crate = "__tool_private::schemars")]
    struct __ToolArgument3(
        #[serde(with = "seconds")]
        #[schemars(with = "u64", extend("x-unit" = "s"))]
        Duration,
    );
    fn __tool_default_3() -> Duration {
        Duration::from_secs(60)
    }
    fn __tool_default_4() -> String {
        __tool_private::FromText::from_text("en")
    }
    static __TOOL_DECLARATION: __tool_private::Declaration = __tool_private::Declaration {
        name: "send_parcel",
        place: __tool_private::Place::new(::core::file!(), ::core::line!()),
        description: "Sends a parcel.",
        parameters: __tool_private::Parameters::each(
            &[
                __tool_private::Parameter::new::<
                    <str as __tool_private::Borrowed>::Owned,
                >("postCode", "Where to.")
                    .aliases(&["zip"])
                    .examples::<
                        <str as __tool_private::Borrowed>::Owned,
                    >(|__tool_values| {
                        __tool_values.example("10115");
                    })
                    .pattern(&__TOOL_PATTERN_0),
                __tool_private::Parameter::new::<
                    f64,
                >("weight", "How heavy, in kilograms.")
                    .default(|__tool_slot| __tool_private::Slot::fill_with(
                        __tool_slot,
                        __tool_default_1(),
                    ))
                    .show_default(|__tool_values| {
                        __tool_private::Shown(&__tool_default_1()).add_to(__tool_values)
                    })
                    .minimum("0.1")
                    .maximum("30"),
                __tool_private::Parameter::new::<
                    <[String] as __tool_private::Borrowed>::Owned,
                >("marks", "Marks on it.")
                    .default(|__tool_slot| __tool_private::Slot::fill_with(
                        __tool_slot,
                        __tool_default_2(),
                    ))
                    .show_default(|__tool_values| {
                        __tool_private::Shown(&__tool_default_2()).add_to(__tool_values)
                    })
                    .longest(3u64),
                __tool_private::Parameter::carried::<
                    __ToolArgument3,
                >("within", "Until when.")
                    .default(|__tool_slot| __tool_private::Slot::fill_with(
                        __tool_slot,
                        __ToolArgument3(__tool_default_3()),
                    )),
                __tool_private::Parameter::new::<
                    String,
                >("language", "In which language.")
                    .default(|__tool_slot| __tool_private::Slot::fill_with(
                        __tool_slot,
                        __tool_default_4(),
                    ))
                    .show_default(|__tool_values| {
                        __tool_private::Shown(&__tool_default_4()).add_to(__tool_values)
                    })
                    .deprecated(),
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
    impl __tool_private::Named for send_parcel {
        const NAME: &'static ::core::primitive::str = "send_parcel";
        const PLACE: __tool_private::Place = __tool_private::Place::new(
            ::core::file!(),
            ::core::line!(),
        );
    }
    #[automatically_derived]
    impl<S> __tool_private::Tool<S> for send_parcel
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
                <str as __tool_private::Borrowed>::Owned,
            >::empty();
            let mut __tool_1 = __tool_private::Slot::<f64>::empty();
            let mut __tool_2 = __tool_private::Slot::<
                <[String] as __tool_private::Borrowed>::Owned,
            >::empty();
            let mut __tool_3 = __tool_private::Slot::<__ToolArgument3>::empty();
            let mut __tool_4 = __tool_private::Slot::<String>::empty();
            if let ::core::result::Result::Err(__tool_errors) = __TOOL_DECLARATION
                .decode(
                    __tool_arguments,
                    &mut [
                        &mut __tool_0,
                        &mut __tool_1,
                        &mut __tool_2,
                        &mut __tool_3,
                        &mut __tool_4,
                    ],
                )
            {
                return __tool_private::Prepared::rejected(__tool_errors);
            }
            let __tool_0 = __tool_0.take();
            let __tool_1 = __tool_1.take();
            let __tool_2 = __tool_2.take();
            let __tool_3 = __tool_3.take().0;
            let __tool_4 = __tool_4.take();
            __tool_private::Prepared::new(
                __tool_private::Box::pin(async move {
                    #[allow(unused_imports)]
                    use __tool_private::{AnyReturn as _, AnyValue as _, Ready as _};
                    #[allow(clippy::let_unit_value)]
                    let __tool_returned = send_parcel(
                            <str as __tool_private::Borrowed>::borrowed(&__tool_0),
                            __tool_1,
                            <[String] as __tool_private::Borrowed>::borrowed(&__tool_2),
                            __tool_3,
                            __tool_4,
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
