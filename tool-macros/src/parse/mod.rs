//! Tokens to spanned syntax. No opinions here: what the syntax may say is decided in `model`.

pub(crate) mod arg;
pub(crate) mod args;
pub(crate) mod doc;
pub(crate) mod fields;
pub(crate) mod half_typed;
pub(crate) mod item;
pub(crate) mod item_impl;
pub(crate) mod key;
pub(crate) mod runtime;
