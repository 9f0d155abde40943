//! Does every fault end as documented, and leave nothing running?
//!
//! The faults that `docs/faults.md` lists and that no other test holds. Each happens beside calls that are well, on both kinds of
//! runtime, and every case asserts the same at its end: see [`world::World::survives`].

mod arguments;
mod cancelled;
mod dropped;
mod foreign;
mod panics;
mod sizes;
mod surroundings;
mod time;
mod tools;
mod world;
