//! The calls of the latency arithmetic: how long each takes.

use std::time::Duration;

use serde_json::json;
use tool_runtime::ToolCall;

/// Calls that begin together, and how long each takes.
pub struct Workload {
    pub name: &'static str,
    pub ms: Vec<u64>,
}

/// 400, 500 and 600 ms; ten of 500 ms; a hundred whose times are log-normal with a median of 500 ms.
pub fn workloads() -> [Workload; 3] {
    [
        Workload {
            name: "3 calls: 400, 500, 600 ms",
            ms: vec![400, 500, 600],
        },
        Workload {
            name: "10 calls of 500 ms",
            ms: vec![500; 10],
        },
        Workload {
            name: "100 calls, log-normal around 500 ms",
            ms: log_normal(100),
        },
    ]
}

impl Workload {
    /// The same, but that a call takes a tenth of its time.
    pub fn scaled(self) -> Self {
        let ms = self.ms.into_iter().map(|ms| ms / 10).collect();
        Self { ms, ..self }
    }

    pub fn calls(&self) -> Vec<ToolCall> {
        let calls = self.ms.iter().enumerate();
        let calls = calls.map(|(index, ms)| {
            ToolCall::new(
                format!("call_{index}"),
                "fetch",
                json!({"ms": ms}).to_string(),
            )
        });
        calls.collect()
    }

    pub fn slowest(&self) -> Duration {
        Duration::from_millis(self.ms.iter().copied().max().unwrap_or_default())
    }

    pub fn one_by_one(&self) -> Duration {
        Duration::from_millis(self.ms.iter().sum())
    }
}

/// Times with a median of 500 ms, of which two thirds lie within a factor of e^0.6 = 1.8 around it; multiples of 10 ms.
fn log_normal(count: usize) -> Vec<u64> {
    let mut random = Random(12);
    let time = |_| (50.0 * (0.6 * random.normal()).exp()).round() as u64 * 10;
    (0..count).map(time).collect()
}

/// splitmix64: the same numbers on every machine and with every version of every crate.
struct Random(u64);

impl Random {
    /// From 0 to 1.
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut value = self.0;
        value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((value ^ (value >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Of mean 0 and deviation 1: the sum of twelve uniform ones, for which no library's logarithm is needed.
    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.uniform()).sum::<f64>() - 6.0
    }
}
