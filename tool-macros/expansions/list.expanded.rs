const TOOLS: ToolList<App> = {
    const __TOOL_LISTED: &[::tool_runtime::__private::Listed] = &[
        ::tool_runtime::__private::Listed::new(0usize, "get_customer", &get_customer {}),
        ::tool_runtime::__private::Listed::new(
            1usize,
            "billing::get_tickets",
            &billing::get_tickets {},
        ),
        #[cfg(windows)]
        ::tool_runtime::__private::Listed::new(
            2usize,
            "registry::get_key",
            &registry::get_key {},
        ),
    ];
    const __TOOL_REPEATS: [::core::primitive::usize; 3usize] = ::tool_runtime::__private::repeats(
        __TOOL_LISTED,
    );
    const _: () = ::tool_runtime::__private::refuse_repeat(
        __TOOL_LISTED,
        &__TOOL_REPEATS,
        1usize,
    );
    #[cfg(windows)]
    const _: () = ::tool_runtime::__private::refuse_repeat(
        __TOOL_LISTED,
        &__TOOL_REPEATS,
        2usize,
    );
    ::tool_runtime::__private::ToolList::new(
        &[
            &get_customer {},
            &billing::get_tickets {},
            #[cfg(windows)]
            &registry::get_key {},
        ],
    )
};
