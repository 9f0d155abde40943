//! The tests of the client: a server that behaves, and one that does not.

mod across;
mod again;
mod bounds;
mod calls;
mod changes;
mod child;
mod connection;
mod fake;
mod http;
mod lists;
mod names;
mod results;
mod trust;
