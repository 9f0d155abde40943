/// Counts primes.
pub fn count_primes(below: u32) -> usize {
    (2..below).filter(is_prime).count()
}
#[doc(hidden)]
#[allow(non_camel_case_types, dead_code)]
pub struct CountPrimes {}
#[allow(unused_qualifications)]
const _: () = {
    use ::agent_kit::runtime::__private as __tool_private;
    static __TOOL_DECLARATION: __tool_private::Declaration = __tool_private::Declaration {
        name: "count_primes",
        place: __tool_private::Place::new(::core::file!(), ::core::line!()),
        description: "Counts primes.",
        parameters: __tool_private::Parameters::each(
            &[__tool_private::Parameter::new::<u32>("below", "Up to where.")],
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
    impl __tool_private::Named for CountPrimes {
        const NAME: &'static ::core::primitive::str = "count_primes";
        const PLACE: __tool_private::Place = __tool_private::Place::new(
            ::core::file!(),
            ::core::line!(),
        );
    }
    #[automatically_derived]
    impl<S> __tool_private::Tool<S> for CountPrimes
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
            let mut __tool_0 = __tool_private::Slot::<u32>::empty();
            if let ::core::result::Result::Err(__tool_errors) = __TOOL_DECLARATION
                .decode(__tool_arguments, &mut [&mut __tool_0])
            {
                return __tool_private::Prepared::rejected(__tool_errors);
            }
            let __tool_0 = __tool_0.take();
            __tool_private::Prepared::blocking(
                __tool_private::Box::new(move || {
                    #[allow(unused_imports)]
                    use __tool_private::{AnyReturn as _, AnyValue as _, Ready as _};
                    #[allow(clippy::let_unit_value)]
                    let __tool_returned = count_primes(__tool_0);
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
#[allow(unused_imports, unused_qualifications)]
const _: () = {
    use ::agent_kit::runtime::__private as __tool_private;
    #[automatically_derived]
    impl __tool_private::Provide<Db> for App {
        fn provide(&self) -> &Db {
            &self.db
        }
    }
};
#[allow(unused_qualifications)]
const _: () = {
    use ::agent_kit::runtime::__private as __tool_private;
    #[automatically_derived]
    #[allow(deprecated, unreachable_code)]
    impl __tool_private::Key for CustomerId {
        fn write(&self, __tool_text: &mut __tool_private::KeyText) {
            <u64 as __tool_private::Key>::write(&self.0, __tool_text);
        }
    }
};
