//! Is a tool what its function says?

mod arguments;
mod borrowed;
mod context;
mod definition;
mod description;
mod key;
mod key_derive;
mod output;
mod provide;
mod state;
#[cfg(feature = "types")]
mod types;
mod whole;
