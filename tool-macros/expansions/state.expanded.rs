#[allow(unused_imports, unused_qualifications)]
const _: () = {
    use ::tool_runtime::__private as __tool_private;
    #[automatically_derived]
    impl __tool_private::Provide<Db> for App {
        fn provide(&self) -> &Db {
            &self.db
        }
    }
    #[automatically_derived]
    impl __tool_private::Provide<(dyn Mailer + 'static)> for App {
        fn provide(&self) -> &(dyn Mailer + 'static) {
            &self.mailer
        }
    }
};
