//! Numbers that are the same for the same seed, in every process and release of Rust.

/// Pseudo-random numbers for batches that are made up: see [`Equivalence::generate`](super::Equivalence::generate).
///
/// ```
/// use tool_runtime::testing::Random;
///
/// let mut random = Random::new(7);
/// let price = 1 + random.below(100);
/// let tool = *random.pick(&["add_item", "total"]);
/// let mut again = Random::new(7);
/// assert_eq!((price, tool), (1 + again.below(100), *again.pick(&["add_item", "total"])));
/// ```
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// The numbers of this seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number. It is that of SplitMix64.
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 on, less than `end`; 0 if that is 0.
    pub fn below(&mut self, end: u64) -> u64 {
        match end {
            0 => 0,
            _ => self.number() % end,
        }
    }

    /// One of these.
    ///
    /// # Panics
    ///
    /// If there is none.
    #[track_caller]
    pub fn pick<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        assert!(!choices.is_empty(), "there is nothing to pick from");
        // What is below a length is an index.
        &choices[self.below(choices.len() as u64) as usize]
    }
}
