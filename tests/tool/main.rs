//! Is a tool what its function says?

mod agreement;
mod arguments;
mod borrowed;
mod context;
mod definition;
mod description;
mod foreign;
mod key;
mod key_derive;
mod options;
mod output;
mod provide;
mod state;
mod whole;
