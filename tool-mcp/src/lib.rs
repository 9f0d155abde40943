#![cfg_attr(docsrs, feature(doc_cfg))]
#![doc = include_str!("../README.md")]

#[cfg(feature = "client")]
pub mod client;
mod message_id;
#[cfg(feature = "server")]
pub mod server;

/// The SDK that speaks the protocol; its types are part of what this crate offers.
#[doc(no_inline)]
pub use rmcp;
