//! Is a tool what its function says?

mod agreement;
mod arguments;
mod borrowed;
mod budget;
mod context;
mod definition;
mod description;
mod effect_key;
mod effects;
mod foreign;
mod key;
mod key_derive;
mod limits;
mod matrix;
mod mended;
mod nested;
mod options;
mod output;
mod output_schema;
mod provide;
mod repair;
mod repair_random;
mod state;
mod tool_error;
mod toolset;
#[cfg(feature = "types")]
mod types;
mod whole;
