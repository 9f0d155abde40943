//! Ids under which the log has what the model does not read.

use std::hash::{BuildHasher, RandomState};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// Without those that are taken for another: i, l, o and u.
const ALPHABET: [u8; 32] = *b"0123456789abcdefghjkmnpqrstvwxyz";

const LENGTH: usize = 10;

/// Another id, which no process has given: of a million, two are the same with a chance of 1 in 2,000. Nobody can tell from one how
/// many there were.
///
/// 50 bits of a keyed hash of a counter. The key is the operating system's randomness, so a copy of a virtual machine or a process
/// that starts at the same moment has other ids.
pub(crate) fn error_id() -> String {
    static KEY: LazyLock<RandomState> = LazyLock::new(RandomState::new);
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let mut bits = KEY.hash_one(COUNT.fetch_add(1, Ordering::Relaxed));
    let mut id = String::with_capacity(LENGTH);
    for _ in 0..LENGTH {
        id.push(char::from(ALPHABET[(bits % 32) as usize]));
        bits /= 32;
    }
    id
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn ids_are_short_and_never_the_same() {
        let ids: HashSet<String> = (0..10_000).map(|_| error_id()).collect();
        assert_eq!(ids.len(), 10_000);
        for id in ids {
            assert!(id.len() == LENGTH && id.bytes().all(|byte| ALPHABET.contains(&byte)));
        }
    }
}
