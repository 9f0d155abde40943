//! Does a toolbox take the tools it can serve and no others?

mod build;
mod lists;
mod policy;
