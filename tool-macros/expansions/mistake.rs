/// Look up a customer.
#[tool(timout = "30s")]
pub async fn get_customer(customer_id: u64, #[state] db: &Db) -> Customer {
    db.customer(customer_id).await
}
