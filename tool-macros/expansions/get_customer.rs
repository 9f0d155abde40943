/// Look up a customer.
#[tool(reads("customer:{customer_id}"))]
pub async fn get_customer(
    /// The customer's number.
    customer_id: u64,
    #[state] db: &Db,
) -> Result<Customer, LookupError> {
    db.customer(customer_id).await
}
