//! Is a tool what its function says?

mod arguments;
mod borrowed;
mod context;
mod definition;
mod description;
mod key;
mod key_derive;
mod options;
mod output;
mod provide;
mod state;
mod whole;
