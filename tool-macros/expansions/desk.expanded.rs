impl Desk {
    /// Look up a customer.
    pub async fn get_customer(&self, customer_id: u64) -> Result<Customer, LookupError> {
        self.db.customer(customer_id).await
    }
    /// Says who writes.
    fn writer(&self, mailer: &dyn Mailer) -> String {
        mailer.writer(self)
    }
    fn helper(&self) {}
}
#[doc(hidden)]
#[allow(non_camel_case_types, dead_code)]
struct Writer {}
#[allow(unused_imports)]
use ::tool_runtime::__private::attributes::*;
#[allow(unused_qualifications)]
const _: () = {
    use ::tool_runtime::__private as __tool_private;
    #[allow(unused_imports)]
    use tool as _;
    #[allow(non_camel_case_types, dead_code)]
    struct get_customer {}
    #[allow(unused_qualifications)]
    const _: () = {
        static __TOOL_DECLARATION: __tool_private::Declaration = __tool_private::Declaration {
            name: "get_customer",
            place: __tool_private::Place::new(::core::file!(), ::core::line!()),
            description: "Look up a customer.",
            parameters: __tool_private::Parameters::each(
                &[
                    __tool_private::Parameter::new::<
                        u64,
                    >("customer_id", "The customer's number."),
                ],
            ),
            effects: __tool_private::DeclaredEffects::Keys {
                reads: __tool_private::KeyTemplates::fixed(&["customer:{customer_id}"]),
                writes: __tool_private::KeyTemplates::fixed(&[]),
                group: ::core::option::Option::None,
            },
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
        impl __tool_private::Named for get_customer {
            const NAME: &'static ::core::primitive::str = "get_customer";
            const PLACE: __tool_private::Place = __tool_private::Place::new(
                ::core::file!(),
                ::core::line!(),
            );
        }
        #[automatically_derived]
        impl<S> __tool_private::Tool<S> for get_customer
        where
            S: __tool_private::State,
            S: __tool_private::Provide<Desk>,
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
                if let ::core::result::Result::Err(__tool_errors) = __TOOL_DECLARATION
                    .decode(__tool_arguments, &mut [&mut __tool_0])
                {
                    return __tool_private::Prepared::rejected(__tool_errors);
                }
                let __tool_0 = __tool_0.take();
                let __tool_holes = [
                    __tool_private::hole(::core::option::Option::Some(&__tool_0)),
                ];
                __tool_private::Prepared::new(
                        __tool_private::Box::pin(async move {
                            #[allow(unused_imports)]
                            use __tool_private::{
                                AnyReturn as _, AnyValue as _, Ready as _,
                            };
                            #[allow(clippy::let_unit_value)]
                            let __tool_returned = <Desk>::get_customer(
                                    __tool_private::Provide::<Desk>::provide(&*__tool_state),
                                    __tool_0,
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
                    .with_holes(__tool_holes)
            }
        }
    };
    #[allow(unused_qualifications)]
    const _: () = {
        static __TOOL_DECLARATION: __tool_private::Declaration = __tool_private::Declaration {
            name: "writer",
            place: __tool_private::Place::new(::core::file!(), ::core::line!()),
            description: "Says who writes.",
            parameters: __tool_private::Parameters::each(&[]),
            effects: __tool_private::DeclaredEffects::Undeclared,
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
        impl __tool_private::Named for Writer {
            const NAME: &'static ::core::primitive::str = "writer";
            const PLACE: __tool_private::Place = __tool_private::Place::new(
                ::core::file!(),
                ::core::line!(),
            );
        }
        #[automatically_derived]
        impl<S> __tool_private::Tool<S> for Writer
        where
            S: __tool_private::State,
            S: __tool_private::Provide<Desk>,
            S: __tool_private::Provide<dyn Mailer>,
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
                __tool_private::Prepared::blocking(
                    __tool_private::Box::new(move || {
                        #[allow(unused_imports)]
                        use __tool_private::{AnyReturn as _, AnyValue as _, Ready as _};
                        #[allow(clippy::let_unit_value)]
                        let __tool_returned = <Desk>::writer(
                            __tool_private::Provide::<Desk>::provide(&*__tool_state),
                            __tool_private::Provide::<
                                dyn Mailer,
                            >::provide(&*__tool_state),
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
    impl Desk {
        /// The tools among the methods, for a toolbox whose state provides what they borrow.
        #[must_use]
        #[allow(unreachable_pub)]
        pub fn tools<S>() -> __tool_private::ToolList<S>
        where
            S: __tool_private::State,
            S: __tool_private::Provide<Desk>,
            S: __tool_private::Provide<dyn Mailer>,
        {
            __tool_private::ToolList::new(&[&get_customer {}, &Writer {}])
        }
    }
};
impl<D: Database> Office<D>
where
    D: Clone,
{
    /// Counts the customers.
    async fn count(&self) -> u64 {
        self.database.count()
    }
}
#[allow(unused_imports)]
use ::tool_runtime::__private::attributes::*;
#[allow(unused_qualifications)]
const _: () = {
    use ::tool_runtime::__private as __tool_private;
    #[allow(unused_imports)]
    use tool as _;
    #[allow(non_camel_case_types, dead_code)]
    struct count<D: Database>
    where
        D: Clone,
    {
        of: ::core::marker::PhantomData<fn() -> *const Office<D>>,
    }
    #[allow(unused_qualifications)]
    const _: () = {
        static __TOOL_DECLARATION: __tool_private::Declaration = __tool_private::Declaration {
            name: "count",
            place: __tool_private::Place::new(::core::file!(), ::core::line!()),
            description: "Counts the customers.",
            parameters: __tool_private::Parameters::each(&[]),
            effects: __tool_private::DeclaredEffects::Undeclared,
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
        impl<D: Database> __tool_private::Named for count<D>
        where
            D: Clone,
            D: 'static,
        {
            const NAME: &'static ::core::primitive::str = "count";
            const PLACE: __tool_private::Place = __tool_private::Place::new(
                ::core::file!(),
                ::core::line!(),
            );
        }
        #[automatically_derived]
        impl<D: Database, S> __tool_private::Tool<S> for count<D>
        where
            D: Clone,
            D: 'static,
            S: __tool_private::State,
            S: __tool_private::Provide<Office<D>>,
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
                        let __tool_returned = <Office<
                            D,
                        >>::count(
                                __tool_private::Provide::<
                                    Office<D>,
                                >::provide(&*__tool_state),
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
    impl<D: Database> Office<D>
    where
        D: Clone,
    {
        /// The tools among the methods, for a toolbox whose state provides what they borrow.
        #[must_use]
        #[allow(unreachable_pub)]
        pub fn offered<S>() -> __tool_private::ToolList<S>
        where
            S: __tool_private::State,
            D: 'static,
            S: __tool_private::Provide<Office<D>>,
        {
            __tool_private::ToolList::new(
                &[
                    &count::<D> {
                        of: ::core::marker::PhantomData,
                    },
                ],
            )
        }
    }
};
