/// Sets a price.
#[tool(writes("price:{item}"), idempotent, retry(attempts = 5), max_concurrency = 4, title = "Prices", open_world = false, strict, tags("shop", "prices"))]
async fn set_price(
    /// Of what.
    item: u64,
    /// In cents.
    cents: u32,
) {}
