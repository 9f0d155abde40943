/// Counts primes.
#[tool(crate = ::agent_kit::runtime, type = CountPrimes, pure)]
pub fn count_primes(
    /// Up to where.
    below: u32,
) -> usize {
    (2..below).filter(is_prime).count()
}

#[derive(Provide)]
#[provide(crate = ::agent_kit::runtime)]
struct App {
    db: Db,
}

#[derive(Key)]
#[key(crate = ::agent_kit::runtime)]
struct CustomerId(u64);
