//! Do calls run at once where they may, and in order where they must?

mod serial;
mod store;
mod theorem;
