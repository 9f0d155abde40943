const TOOLS: ToolList<App> = {
    use tool_runtime::__private as __tool_private;
    const __TOOL_LISTED: &[__tool_private::Listed] = &[
        __tool_private::Listed::new(0usize, "get_customer", &get_customer {}),
        __tool_private::Listed::new(
            1usize,
            "billing::get_tickets",
            &billing::get_tickets {},
        ),
        #[cfg(windows)]
        __tool_private::Listed::new(2usize, "registry::get_key", &registry::get_key {}),
    ];
    const __TOOL_REPEATS: [::core::primitive::usize; 3usize] = __tool_private::repeats(
        __TOOL_LISTED,
    );
    const _: () = __tool_private::refuse_repeat(__TOOL_LISTED, &__TOOL_REPEATS, 1usize);
    #[cfg(windows)]
    const _: () = __tool_private::refuse_repeat(__TOOL_LISTED, &__TOOL_REPEATS, 2usize);
    __tool_private::ToolList::new(
        &[
            &get_customer {},
            &billing::get_tickets {},
            #[cfg(windows)]
            &registry::get_key {},
        ],
    )
};
