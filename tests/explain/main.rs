//! Does a report say why its batch took as long as it did, in every form?
//!
//! Batches run on a paused clock, so that times are exact. What no batch does (retries, times that do not fit together) is
//! tested beside the code.

mod desk;
mod json;
mod limited;
mod path;
mod svg;
mod text;
mod timeline;
