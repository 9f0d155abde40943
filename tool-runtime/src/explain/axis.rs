//! A time axis with round ticks.

use std::time::Duration;

/// Where the ticks are, and what stands at each.
pub(super) struct Axis {
    pub(super) ticks: Vec<(Duration, String)>,
}

impl Axis {
    /// At most `most` ticks, at least the one at zero, over so much time; the first names the unit.
    pub(super) fn over(whole: Duration, most: usize) -> Self {
        if whole.is_zero() {
            return Self {
                ticks: vec![(whole, "0 ms".to_owned())],
            };
        }
        let whole = whole.as_nanos();
        let step = step(whole / most.max(1) as u128);
        let (unit, name) = match step {
            0..1_000 => (1, "ns"),
            1_000..1_000_000 => (1_000, "µs"),
            1_000_000..1_000_000_000 => (1_000_000, "ms"),
            _ => (1_000_000_000, "s"),
        };
        let ticks = (0..most as u128)
            .map(|index| index * step)
            .take_while(|at| *at <= whole);
        Self {
            ticks: ticks
                .map(|at| {
                    let label = match at {
                        0 => format!("0 {name}"),
                        at => (at / unit).to_string(),
                    };
                    (nanoseconds(at), label)
                })
                .collect(),
        }
    }
}

/// 1, 2 or 5 with zeros, more than `least`.
fn step(least: u128) -> u128 {
    let mut power = 1;
    loop {
        for step in [power, 2 * power, 5 * power] {
            if step > least {
                return step;
            }
        }
        power *= 10;
    }
}

fn nanoseconds(count: u128) -> Duration {
    let seconds = u64::try_from(count / 1_000_000_000).unwrap_or(u64::MAX);
    Duration::new(seconds, (count % 1_000_000_000) as u32)
}

/// Where `at` lies on a line of this length that stands for `whole`.
pub(super) fn position(at: Duration, whole: Duration, length: f64) -> f64 {
    match whole.is_zero() {
        true => 0.0,
        false => (at.as_secs_f64() / whole.as_secs_f64()).min(1.0) * length,
    }
}
