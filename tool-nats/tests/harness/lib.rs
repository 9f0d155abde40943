//! What the tests have in common: a server of their own on a free port of this machine.

mod server;

pub use server::NatsServer;
