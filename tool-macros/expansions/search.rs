/// Searches the orders.
///
/// - by text
/// - by customer
#[tool(name = "search_orders", timeout = "5s", reads("orders"), writes("log:{search.text}"))]
fn search(
    #[arg(flatten)] search: &Search,
    #[state] index: &dyn Index,
    #[context] context: &CallContext,
) -> Vec<Order> {
    index.search(search, context.deadline())
}
