//! One short value for a text, the same in every process, build and release.

use std::error::Error;
use std::fmt;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// As many bytes as a git commit has.
const BYTES: usize = 20;

/// What tells two manifests, or two definitions of a tool, from each other: the first 160 bits of the SHA-256 of the JSON text.
///
/// It is written and read as 40 hexadecimal digits, the first that `sha256sum` prints for the same bytes.
///
/// ```
/// use tool_runtime::Fingerprint;
///
/// let pinned: Fingerprint = "ba7816bf8f01cfea414140de5dae2223b00361a3".parse()?;
/// assert_eq!(pinned.to_string(), "ba7816bf8f01cfea414140de5dae2223b00361a3");
/// assert_eq!(
///     "ba7816bf".parse::<Fingerprint>().unwrap_err().to_string(),
///     "a fingerprint has 40 hexadecimal digits; found `ba7816bf`"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint([u8; BYTES]);

impl Fingerprint {
    pub(super) fn of(text: &str) -> Self {
        Self::of_hash(hmac_sha256::Hash::hash(text.as_bytes()))
    }

    /// The beginning of a SHA-256.
    pub(crate) fn of_hash(hash: [u8; 32]) -> Self {
        let mut bytes = [0; BYTES];
        bytes.copy_from_slice(&hash[..BYTES]);
        Self(bytes)
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fingerprint({self})")
    }
}

/// A text that is no fingerprint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FingerprintError {
    found: String,
}

impl fmt::Display for FingerprintError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let found = crate::text::shortened(&self.found, 60);
        write!(
            f,
            "a fingerprint has 40 hexadecimal digits; found `{found}`"
        )
    }
}

impl Error for FingerprintError {}

impl FromStr for Fingerprint {
    type Err = FingerprintError;

    fn from_str(text: &str) -> Result<Self, FingerprintError> {
        let error = || FingerprintError {
            found: text.to_owned(),
        };
        let digits = text.as_bytes();
        if digits.len() != 2 * BYTES {
            return Err(error());
        }
        let digit = |digit: u8| char::from(digit).to_digit(16).map(|value| value as u8);
        let mut bytes = [0; BYTES];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            let (Some(high), Some(low)) = (digit(pair[0]), digit(pair[1])) else {
                return Err(error());
            };
            *byte = high << 4 | low;
        }
        Ok(Self(bytes))
    }
}

impl Serialize for Fingerprint {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Fingerprint {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}
