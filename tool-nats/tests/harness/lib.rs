//! What the tests have in common: a server of their own on a free port of this machine, and a way to it that can break.

mod proxy;
mod server;

pub use proxy::{Link, Proxy};
pub use server::{NatsServer, signal};
