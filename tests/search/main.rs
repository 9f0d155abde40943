//! Does a model find the tool that it needs, and no tool that is not for it?

mod conversation;
mod deferred;
#[cfg(feature = "schema-validation")]
mod recall;
mod shop;
