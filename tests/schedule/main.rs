//! Do calls run at once where they may, and in order where they must?

mod across;
mod counterexamples;
mod desk;
mod events;
mod inside;
mod makespan;
mod serial;
mod store;
mod theorem;
mod together;
