//! Random numbers from a seed, the same on every machine: splitmix64 (Steele, Lea and Flood 2014), which is enough for tests and
//! spares every user a crate.

/// A stream of numbers.
#[derive(Clone, Debug)]
pub(super) struct Random(u64);

impl Random {
    pub(super) fn seeded(seed: u64) -> Self {
        Self(seed)
    }

    /// The stream of this part of what the seed is for.
    pub(super) fn part(mut self, name: &[u8]) -> Self {
        // FNV-1a; the length keeps `ab`, `c` from `a`, `bc`.
        let length = (name.len() as u64).to_le_bytes();
        for byte in length.iter().chain(name) {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
        Self(self.next())
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 to 1, without 1.
    pub(super) fn fraction(&mut self) -> f64 {
        // As many bits as an `f64` holds exactly.
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A number below `end`, which is not 0. That low numbers are the likelier by some 2⁻⁵⁰ is no matter here.
    pub(super) fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::Random;

    /// The numbers of the reference implementation for the seed 1234567, as its authors' `splitmix64.c` gives them.
    #[test]
    fn the_numbers_are_those_of_splitmix64() {
        let mut random = Random::seeded(1_234_567);
        let numbers = [(); 3].map(|()| random.next());
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
            let seeded = Random::seeded(7);
            let random = parts
                .iter()
                .fold(seeded, |random, part| random.part(part.as_bytes()));
            random.clone().next()
        };
        assert_ne!(of(&["ab", "c"]), of(&["a", "bc"]));
        assert_ne!(of(&["a", "b"]), of(&["b", "a"]));
        assert_eq!(of(&["a", "b"]), of(&["a", "b"]));
    }

    #[test]
    fn fractions_are_spread_evenly() {
        let mut random = Random::seeded(7);
        let low = (0..10_000).filter(|_| random.fraction() < 0.1).count();
        assert!((900..1_100).contains(&low), "{low}");
    }
}
