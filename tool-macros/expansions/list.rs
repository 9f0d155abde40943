const TOOLS: ToolList<App> = tools![
    get_customer,
    billing::get_tickets,
    #[cfg(windows)]
    registry::get_key,
];
