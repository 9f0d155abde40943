//! Does each provider get what it takes, and is what it sends read?
//!
//! The facts are those of the providers' documentation and SDK types. All response bodies here are constructed after
//! them; none was recorded.

mod answers;
mod complete;
mod conformance;
mod conversation;
mod decode;
mod encode;
mod library;
mod lowered;
mod manifest;
mod mcp;
mod ollama;
mod providers;
mod random;
mod reports;
mod requests;
mod round_trip;
mod settings;
mod shapes;
mod shipped;
mod snapshot;
