#![cfg_attr(docsrs, feature(doc_cfg))]
#![doc = include_str!("../README.md")]

pub mod remote;
mod wire;
pub mod worker;

/// The client that speaks with the server; its types are part of what this crate offers.
#[doc(no_inline)]
pub use async_nats;
pub use remote::RemoteTools;
pub use worker::Worker;
