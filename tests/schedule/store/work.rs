//! What each tool of the store reads and changes: keys and values, no time and no failure.

use super::{THREAD, Values};

/// What a call reads and then changes.
#[derive(Debug, Default)]
pub(crate) struct Work {
    pub(super) reads: Vec<Scope>,
    pub(crate) changes: Vec<Change>,
}

#[derive(Debug)]
pub(super) enum Scope {
    At(String),
    Below(String),
}

#[derive(Debug)]
pub(crate) enum Change {
    Put(String),
    Remove(String),
}

impl Work {
    pub(super) fn of(tool: &str, paths: [&str; 3]) -> Self {
        use Change::{Put, Remove};
        use Scope::{At, Below};
        let [a, b, c] = paths.map(|path| format!("kv:{}", normal(path)));
        let (reads, changes) = match tool.trim_end_matches(THREAD) {
            "get" => (vec![At(a)], vec![]),
            "list" => (vec![Below(a)], vec![]),
            "put" | "clean" => (vec![At(a.clone())], vec![Put(a)]),
            "delete" => (vec![Below(a.clone())], vec![Remove(a)]),
            "merge" => (vec![At(a), At(b)], vec![Put(c)]),
            "both" => (vec![At(a.clone()), At(b.clone())], vec![Put(a), Put(b)]),
            "one" => {
                let one = format!("one:{}", paths[0]);
                (vec![At(one.clone())], vec![Put(one)])
            }
            "ones" => (vec![Below("one:".into())], vec![]),
            "sweep" => (
                vec![Below("kv:".into()), Below("one:".into()), At("g".into())],
                vec![Put(c), Put("g".into()), Put("one:a".into())],
            ),
            "booked" => (vec![At("g".into())], vec![Put("g".into())]),
            "billed" => (vec![At(a), At("g".into())], vec![Put("g".into())]),
            _ => (vec![], vec![]),
        };
        Self { reads, changes }
    }

    /// What a call makes of what it reads.
    pub(super) fn look(seen: &mut u64, values: &Values, scope: &Scope) {
        for (key, value) in values {
            let covered = match scope {
                Scope::At(at) => key == at,
                Scope::Below(at) => covers(at, key),
            };
            if covered {
                key.bytes().for_each(|byte| mix(seen, byte.into()));
                mix(seen, *value);
            }
        }
    }

    pub(crate) fn change(&self, at: usize, seen: u64, values: &mut Values) {
        match &self.changes[at] {
            Change::Put(key) => {
                values.insert(key.clone(), seen);
            }
            Change::Remove(prefix) => values.retain(|key, _| !covers(prefix, key)),
        }
    }

    /// All that it reads, at once.
    pub(crate) fn read(&self, seed: u64, values: &Values) -> u64 {
        let mut seen = seed;
        for scope in &self.reads {
            Self::look(&mut seen, values, scope);
        }
        seen
    }
}

fn covers(prefix: &str, key: &str) -> bool {
    match key.strip_prefix(prefix) {
        Some(rest) => rest.is_empty() || rest.starts_with('/') || prefix.ends_with(':'),
        None => false,
    }
}

fn mix(seen: &mut u64, value: u64) {
    *seen = (*seen ^ value)
        .wrapping_mul(0x0000_0100_0000_01b3)
        .rotate_left(7);
}

/// A path without what changes nothing. One that leads above the root stays there.
fn normal(path: &str) -> String {
    let mut segments = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => drop(segments.pop()),
            segment => segments.push(segment),
        }
    }
    segments.join("/")
}
