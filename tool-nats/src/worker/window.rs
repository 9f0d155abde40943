//! What became of calls whose caller may ask again.
//!
//! A caller that has lost a worker, or an answer, calls again under the same key. A worker that knows the key joins the two, or answers from
//! memory. Pure: it is told the time, and holds what is running without knowing what that is.

use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

use bytes::Bytes;

/// What tells one call from another: a hash of the tool and the arguments.
pub(super) type Print = [u8; 32];

/// Calls by their keys: those that run, and the last of those that have ended.
#[derive(Debug)]
pub(super) struct Window<R> {
    calls: HashMap<String, Entry<R>>,
    /// The keys of those that have ended, the oldest first.
    ended: VecDeque<(Instant, String)>,
    bytes: usize,
    keeps: Keeps,
}

/// How much is kept.
#[derive(Clone, Copy, Debug)]
pub(super) struct Keeps {
    pub(super) calls: usize,
    pub(super) time: Duration,
    pub(super) bytes: usize,
}

#[derive(Debug)]
struct Entry<R> {
    print: Print,
    state: State<R>,
}

#[derive(Debug)]
enum State<R> {
    Running(R),
    Ended(Bytes),
}

/// What is known of a key.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Seen<R> {
    Never,
    Running(R),
    Ended(Bytes),
    /// It is the key of another call.
    Another,
}

impl<R: Clone> Window<R> {
    pub(super) fn new(keeps: Keeps) -> Self {
        Self {
            calls: HashMap::new(),
            ended: VecDeque::new(),
            bytes: 0,
            keeps,
        }
    }

    pub(super) fn look(&mut self, key: &str, print: &Print, now: Instant) -> Seen<R> {
        self.put_out(now);
        match self.calls.get(key) {
            None => Seen::Never,
            Some(entry) if entry.print != *print => Seen::Another,
            Some(entry) => match &entry.state {
                State::Running(running) => Seen::Running(running.clone()),
                State::Ended(result) => Seen::Ended(result.clone()),
            },
        }
    }

    /// A call that was never seen begins.
    pub(super) fn begin(&mut self, key: &str, print: Print, running: R) {
        let state = State::Running(running);
        self.calls.insert(key.to_owned(), Entry { print, state });
    }

    /// A call that runs has ended; without a result it is forgotten, so that it may be run again.
    pub(super) fn end(&mut self, key: &str, result: Option<Bytes>, now: Instant) {
        let running = |entry: &Entry<R>| matches!(entry.state, State::Running(_));
        if !self.calls.get(key).is_some_and(running) {
            return;
        }
        let Some((key, entry)) = self.calls.remove_entry(key) else {
            return;
        };
        if let Some(result) = result {
            self.bytes += weight(&key, &result);
            self.ended.push_back((now, key.clone()));
            let print = entry.print;
            let state = State::Ended(result);
            self.calls.insert(key, Entry { print, state });
        }
        self.put_out(now);
    }

    fn put_out(&mut self, now: Instant) {
        while let Some((at, _)) = self.ended.front() {
            let is_old = now.saturating_duration_since(*at) >= self.keeps.time;
            let is_full = self.ended.len() > self.keeps.calls || self.bytes > self.keeps.bytes;
            if !is_old && !is_full {
                return;
            }
            let Some((_, key)) = self.ended.pop_front() else {
                return;
            };
            if let Some(Entry {
                state: State::Ended(result),
                ..
            }) = self.calls.remove(&key)
            {
                self.bytes -= weight(&key, &result);
            }
        }
    }
}

fn weight(key: &str, result: &Bytes) -> usize {
    key.len() + result.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn keeps(calls: usize, seconds: u32, bytes: usize) -> Keeps {
        let time = SECOND * seconds;
        Keeps { calls, time, bytes }
    }

    fn bytes(length: usize) -> Bytes {
        vec![7; length].into()
    }

    #[test]
    fn a_repeat_joins_and_is_then_answered_from_memory() {
        let (mut window, now) = (Window::new(keeps(9, 9, 999)), Instant::now());
        assert_eq!(window.look("a", &[1; 32], now), Seen::Never);
        window.begin("a", [1; 32], 1);
        assert_eq!(window.look("a", &[1; 32], now), Seen::Running(1));
        assert_eq!(window.look("a", &[2; 32], now), Seen::Another);
        window.end("a", Some(bytes(3)), now);
        assert_eq!(window.look("a", &[1; 32], now), Seen::Ended(bytes(3)));
        assert_eq!(window.look("a", &[2; 32], now), Seen::Another);
    }

    #[test]
    fn what_ends_without_a_result_is_forgotten() {
        let (mut window, now) = (Window::new(keeps(9, 9, 999)), Instant::now());
        window.begin("a", [1; 32], 1);
        window.end("a", None, now);
        assert_eq!(window.look("a", &[2; 32], now), Seen::Never);
        window.end("never begun", Some(bytes(3)), now);
        assert_eq!(window.look("never begun", &[2; 32], now), Seen::Never);
    }

    #[test]
    fn a_result_that_is_longer_than_all_that_is_kept_puts_itself_out() {
        let (mut window, now) = (Window::new(keeps(9, 9, 10)), Instant::now());
        window.begin("a", [1; 32], 1);
        window.end("a", Some(bytes(10)), now);
        assert_eq!(window.look("a", &[1; 32], now), Seen::Never);
        assert_eq!(window.bytes, 0);
    }

    /// The same as a list that is gone through each time.
    struct Naive {
        running: Vec<(String, Print, u32)>,
        ended: Vec<(Instant, String, Print, Bytes)>,
        keeps: Keeps,
    }

    impl Naive {
        fn put_out(&mut self, now: Instant) {
            let Keeps { calls, time, bytes } = self.keeps;
            self.ended.retain(|(at, ..)| now - *at < time);
            let weight = |ended: &[(Instant, String, Print, Bytes)]| -> usize {
                ended
                    .iter()
                    .map(|(_, key, _, result)| key.len() + result.len())
                    .sum()
            };
            while self.ended.len() > calls || weight(&self.ended) > bytes {
                self.ended.remove(0);
            }
        }

        fn look(&mut self, key: &str, print: &Print, now: Instant) -> Seen<u32> {
            self.put_out(now);
            let running = self.running.iter().find(|(of, ..)| of == key);
            if let Some((_, of, running)) = running {
                return if of == print {
                    Seen::Running(*running)
                } else {
                    Seen::Another
                };
            }
            match self.ended.iter().find(|(_, of, ..)| of == key) {
                Some((_, _, of, result)) if of == print => Seen::Ended(result.clone()),
                Some(_) => Seen::Another,
                None => Seen::Never,
            }
        }

        fn end(&mut self, key: &str, result: Option<Bytes>, now: Instant) {
            let Some(at) = self.running.iter().position(|(of, ..)| of == key) else {
                return;
            };
            let (key, print, _) = self.running.remove(at);
            if let Some(result) = result {
                self.ended.push((now, key, print, result));
            }
            self.put_out(now);
        }
    }

    /// Numbers that are the same in every run.
    struct Numbers(u64);

    impl Numbers {
        fn below(&mut self, most: u64) -> u64 {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            self.0 % most
        }
    }

    #[test]
    fn it_is_as_a_list_that_is_gone_through_each_time() {
        for seed in 1..400 {
            let mut numbers = Numbers(seed * 0x9e37_79b9);
            let keeps = keeps(
                numbers.below(6) as usize,
                1 + numbers.below(20) as u32,
                numbers.below(60) as usize,
            );
            let mut window = Window::new(keeps);
            let mut naive = Naive {
                running: Vec::new(),
                ended: Vec::new(),
                keeps,
            };
            let mut now = Instant::now();
            for step in 0..200 {
                now += SECOND * numbers.below(4) as u32;
                let key = format!("k{}", numbers.below(8));
                let print = [numbers.below(2) as u8; 32];
                let seen = window.look(&key, &print, now);
                assert_eq!(
                    seen,
                    naive.look(&key, &print, now),
                    "seed {seed}, step {step}"
                );
                if seen == Seen::Never {
                    window.begin(&key, print, step);
                    naive.running.push((key, print, step));
                } else if numbers.below(2) == 0 {
                    let length = numbers.below(25) as usize;
                    let result = (numbers.below(4) > 0).then(|| bytes(length));
                    // One that has ended already stays as it is.
                    if naive.running.iter().any(|(of, ..)| *of == key) {
                        window.end(&key, result.clone(), now);
                        naive.end(&key, result, now);
                    }
                }
                let weight: usize = naive
                    .ended
                    .iter()
                    .map(|(_, key, _, result)| key.len() + result.len())
                    .sum();
                assert_eq!(
                    (window.bytes, window.calls.len()),
                    (weight, naive.running.len() + naive.ended.len())
                );
            }
        }
    }
}
