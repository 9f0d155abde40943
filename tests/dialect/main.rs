//! Does each provider get what it takes, and is what it sends read?
//!
//! The facts are those of the providers' documentation and SDK types. All response bodies here are constructed after
//! them; none was recorded.

// With serde_json's `arbitrary_precision` serde reads no fraction inside of an enum with a tag, whatever a manifest says.
#[cfg(not(feature = "odd-json"))]
mod accepted;
mod answers;
mod complete;
mod conformance;
mod conversation;
mod decode;
mod definitions;
mod drift;
mod drift_random;
mod encode;
mod fixtures;
mod library;
mod lowered;
mod manifest;
mod mcp;
mod ollama;
mod pinned;
mod processes;
mod providers;
mod random;
mod reports;
mod requests;
mod round_trip;
mod settings;
mod shapes;
mod shipped;
mod slim;
mod snapshot;
