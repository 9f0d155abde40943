#[toolset]
impl Desk {
    /// Look up a customer.
    #[tool(reads("customer:{customer_id}"))]
    pub async fn get_customer(
        &self,
        /// The customer's number.
        customer_id: u64,
    ) -> Result<Customer, LookupError> {
        self.db.customer(customer_id).await
    }

    /// Says who writes.
    #[tool(type = Writer)]
    fn writer(&self, #[state] mailer: &dyn Mailer) -> String {
        mailer.writer(self)
    }

    fn helper(&self) {}
}

#[toolset(tools = offered)]
impl<D: Database> Office<D>
where
    D: Clone,
{
    /// Counts the customers.
    #[tool]
    async fn count(&self) -> u64 {
        self.database.count()
    }
}
