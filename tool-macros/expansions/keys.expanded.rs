#[allow(unused_qualifications)]
const _: () = {
    use ::tool_runtime::__private as __tool_private;
    #[automatically_derived]
    #[allow(deprecated, unreachable_code)]
    impl __tool_private::Key for CustomerId {
        fn write(&self, __tool_text: &mut __tool_private::KeyText) {
            <u64 as __tool_private::Key>::write(&self.0, __tool_text);
        }
    }
};
#[allow(unused_qualifications)]
const _: () = {
    use ::tool_runtime::__private as __tool_private;
    #[automatically_derived]
    #[allow(deprecated, unreachable_code)]
    impl __tool_private::Key for Kind {
        fn write(&self, __tool_text: &mut __tool_private::KeyText) {
            __tool_private::KeyText::text(
                __tool_text,
                match *self {
                    Self::Savings {} => "savings",
                    Self::Checking {} => "checking",
                },
            );
        }
    }
};
