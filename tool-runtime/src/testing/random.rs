//! Numbers that are the same for the same seed, in every process and release of Rust: splitmix64 (Steele, Lea and Flood 2014), which is
//! enough for tests and spares every user a crate.

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

    /// The stream of this part of what the seed is for.
    pub(super) fn part(mut self, name: &[u8]) -> Self {
        // FNV-1a; the length keeps `ab`, `c` from `a`, `bc`.
        let length = (name.len() as u64).to_le_bytes();
        for byte in length.iter().chain(name) {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
        Self(self.number())
    }

    /// The next number. It is that of splitmix64.
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

    /// A number from 0 to 1, without 1.
    pub(super) fn fraction(&mut self) -> f64 {
        // As many bits as an `f64` holds exactly.
        (self.number() >> 11) as f64 / (1_u64 << 53) as f64
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

#[cfg(test)]
mod tests {
    use super::Random;

    /// The numbers of the reference implementation for the seed 1234567, as its authors' `splitmix64.c` gives them.
    #[test]
    fn the_numbers_are_those_of_splitmix64() {
        let mut random = Random::new(1_234_567);
        let numbers = [(); 3].map(|()| random.number());
        assert_eq!(
            numbers,
            [
                6_457_827_717_110_365_317,
                3_203_168_211_198_807_973,
                9_817_491_932_198_370_423
            ]
        );
    }

    #[test]
    fn parts_have_streams_of_their_own() {
        let of = |parts: &[&str]| {
            let seeded = Random::new(7);
            let random = parts
                .iter()
                .fold(seeded, |random, part| random.part(part.as_bytes()));
            random.clone().number()
        };
        assert_ne!(of(&["ab", "c"]), of(&["a", "bc"]));
        assert_ne!(of(&["a", "b"]), of(&["b", "a"]));
        assert_eq!(of(&["a", "b"]), of(&["a", "b"]));
    }

    #[test]
    fn fractions_are_spread_evenly() {
        let mut random = Random::new(7);
        let low = (0..10_000).filter(|_| random.fraction() < 0.1).count();
        assert!((900..1_100).contains(&low), "{low}");
    }
}
