//! Turns from a seed: the same calls, keys and durations for every way to run them and for every share of writers.

use serde_json::json;
use tool_runtime::ToolCall;

pub const KEYS: usize = 16;

/// What a turn's calls touch.
#[derive(Clone, Copy, Debug)]
pub enum Set {
    /// Each call one of the keys, all as often.
    Uniform,
    /// Half of the calls the first key, the others one of the rest.
    Hot,
    /// As `Uniform`, but a tenth of the readers reads all keys.
    Totals,
    /// All calls the same key.
    OneKey,
}

impl Set {
    pub const ALL: [Self; 4] = [Self::Uniform, Self::Hot, Self::Totals, Self::OneKey];

    pub fn name(self) -> &'static str {
        match self {
            Self::Uniform => "uniform",
            Self::Hot => "one hot key",
            Self::Totals => "with totals",
            Self::OneKey => "one key",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Read,
    Write,
    Total,
}

/// A call as a scheduler sees it.
#[derive(Clone, Copy, Debug)]
pub struct Meant {
    pub kind: Kind,
    pub key: usize,
    pub ms: u64,
}

impl Meant {
    pub fn writes(&self) -> bool {
        self.kind == Kind::Write
    }

    fn conflicts(&self, other: &Self) -> bool {
        let meet = self.kind == Kind::Total || other.kind == Kind::Total || self.key == other.key;
        meet && (self.writes() || other.writes())
    }

    fn call(&self, number: usize) -> ToolCall {
        let Self { kind, key, ms } = self;
        let (name, arguments) = match kind {
            Kind::Read => ("read", json!({"key": key, "ms": ms})),
            Kind::Write => ("write", json!({"key": key, "ms": ms, "number": number})),
            Kind::Total => ("total", json!({"ms": ms})),
        };
        ToolCall::new(format!("call_{number}"), name, arguments.to_string())
    }
}

/// The calls of one turn, in the model's order.
#[derive(Clone, Debug)]
pub struct Turn {
    pub meant: Vec<Meant>,
    pub calls: Vec<ToolCall>,
}

impl Turn {
    /// `count` calls of which `percent` in a hundred write. With more writers the same seed gives the same calls, of
    /// which more write.
    pub fn new(set: Set, count: usize, percent: usize, seed: u64) -> Self {
        let mut random = Random(seed);
        let mut order: Vec<usize> = (0..count).collect();
        for last in (1..count).rev() {
            order.swap(last, random.below(last + 1));
        }
        let writers = (count * percent + 50) / 100;
        let meant = order.into_iter().map(|rank| {
            let key = match set {
                Set::OneKey => 0,
                Set::Hot if random.below(2) == 0 => 0,
                Set::Hot => 1 + random.below(KEYS - 1),
                Set::Uniform | Set::Totals => random.below(KEYS),
            };
            let ms = 5 + random.below(46) as u64;
            let total = random.below(10) == 0 && matches!(set, Set::Totals);
            let kind = match rank < writers {
                true => Kind::Write,
                false if total => Kind::Total,
                false => Kind::Read,
            };
            Meant { kind, key, ms }
        });
        Self::of(meant.collect())
    }

    fn of(meant: Vec<Meant>) -> Self {
        let calls = meant
            .iter()
            .enumerate()
            .map(|(number, meant)| meant.call(number))
            .collect();
        Self { meant, calls }
    }

    /// The same calls, each of which takes no time.
    pub fn without_work(self) -> Self {
        let idle = |meant: Meant| Meant { ms: 0, ..meant };
        Self::of(self.meant.into_iter().map(idle).collect())
    }

    /// The first half as one turn and the second as another.
    pub fn halves(&self) -> [Self; 2] {
        let middle = self.calls.len() / 2;
        let part = |range: std::ops::Range<usize>| Self {
            meant: self.meant[range.clone()].to_vec(),
            calls: self.calls[range].to_vec(),
        };
        [part(0..middle), part(middle..self.calls.len())]
    }

    /// How long the calls take together, in milliseconds.
    pub fn one_by_one(&self) -> u64 {
        self.meant.iter().map(|meant| meant.ms).sum()
    }

    /// How long the calls take if each waits for the earlier ones that it conflicts with, and for nothing else: what no
    /// schedule that keeps them in order can beat.
    pub fn critical_path(&self) -> u64 {
        let mut ends: Vec<u64> = Vec::with_capacity(self.meant.len());
        for meant in &self.meant {
            let earlier = self.meant.iter().zip(&ends);
            let before = earlier.filter(|(earlier, _)| earlier.conflicts(meant));
            let start = before.map(|(_, end)| *end).max().unwrap_or_default();
            ends.push(start + meant.ms);
        }
        ends.into_iter().max().unwrap_or_default()
    }
}

/// splitmix64: the same numbers on every machine and with every version of every crate.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        (mix(self.0) % bound as u64) as usize
    }
}

/// A number in which every bit of `value` counts.
pub fn mix(mut value: u64) -> u64 {
    value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}
