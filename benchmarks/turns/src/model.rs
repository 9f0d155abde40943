//! How long a model takes to answer.

use std::time::Duration;

use crate::table::time;

/// A model's time: until its first token, and for each token after that.
#[derive(Clone, Copy, Debug)]
pub struct Speed {
    pub first: Duration,
    pub per_second: u64,
}

impl Speed {
    /// A second until the first token, and 50 tokens a second.
    pub const SLOW: Self = Self {
        first: Duration::from_millis(1_000),
        per_second: 50,
    };
    /// 300 ms until the first token, and 200 tokens a second.
    pub const FAST: Self = Self {
        first: Duration::from_millis(300),
        per_second: 200,
    };

    /// Among these two.
    pub fn short_name(self) -> String {
        format!("{} tokens/s", self.per_second)
    }

    pub fn name(self) -> String {
        let first = time(self.first);
        format!("{first} to the first token, {}", self.short_name())
    }

    /// How long an answer of so many tokens takes, in whole milliseconds: the paused clock has no others.
    pub fn time(self, tokens: usize) -> Duration {
        self.first + Duration::from_millis((tokens as u64 * 1_000).div_ceil(self.per_second))
    }

    /// So many times as fast.
    pub fn times(self, factor: u32) -> Self {
        Self {
            first: self.first / factor,
            per_second: self.per_second * u64::from(factor),
        }
    }
}

/// How many tokens a text is, as a rule of thumb: one for four bytes.
pub fn tokens(bytes: usize) -> usize {
    bytes.div_ceil(4)
}
