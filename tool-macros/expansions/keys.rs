#[derive(Key)]
struct CustomerId(u64);

#[derive(Key)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Savings,
    Checking,
}
