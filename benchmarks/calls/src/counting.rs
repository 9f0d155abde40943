//! An allocator that counts while it is told to. What two threads count at once would slow down what is timed.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicBool, AtomicIsize, AtomicUsize, Ordering::Relaxed};

struct Counting;

static ON: AtomicBool = AtomicBool::new(false);
static ALLOCATIONS: AtomicUsize = AtomicUsize::new(0);
static BYTES: AtomicUsize = AtomicUsize::new(0);
static LIVE: AtomicIsize = AtomicIsize::new(0);

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn counted(new: usize, old: usize) {
    if ON.load(Relaxed) {
        if new > 0 {
            ALLOCATIONS.fetch_add(1, Relaxed);
        }
        BYTES.fetch_add(new, Relaxed);
        LIVE.fetch_add(new as isize - old as isize, Relaxed);
    }
}

// SAFETY: every call is handed on to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        counted(layout.size(), 0);
        // SAFETY: as above.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        counted(layout.size(), 0);
        // SAFETY: as above.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, place: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        counted(size, layout.size());
        // SAFETY: as above.
        unsafe { System.realloc(place, layout, size) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        counted(0, layout.size());
        // SAFETY: as above.
        unsafe { System.dealloc(place, layout) }
    }
}

/// What was allocated.
#[derive(Clone, Copy, Default)]
pub struct Allocations {
    pub count: f64,
    pub bytes: f64,
    /// The bytes that were not given back.
    pub live: f64,
}

impl Allocations {
    /// What has been allocated since counting began.
    pub fn now() -> Self {
        Self {
            count: ALLOCATIONS.load(Relaxed) as f64,
            bytes: BYTES.load(Relaxed) as f64,
            live: LIVE.load(Relaxed) as f64,
        }
    }

    pub fn since(self, before: Self) -> Self {
        Self {
            count: self.count - before.count,
            bytes: self.bytes - before.bytes,
            live: self.live - before.live,
        }
    }

    pub fn per(self, count: usize) -> Self {
        let count = count as f64;
        Self {
            count: self.count / count,
            bytes: self.bytes / count,
            live: self.live / count,
        }
    }
}

impl std::fmt::Display for Allocations {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let places = usize::from(self.count.fract() > 0.04 && self.count < 100.0);
        write!(formatter, "{:.places$} ({:.0})", self.count, self.bytes)
    }
}

/// Counts from here on, for one measurement at a time.
pub fn begin() {
    ON.store(true, Relaxed);
}

pub fn end() {
    ON.store(false, Relaxed);
}
