//! Does a toolbox take the tools it can serve and no others?

mod build;
mod lists;
mod odd_calls;
mod policy;
mod run_time;
#[cfg(feature = "schema-validation")]
mod run_time_arguments;
#[cfg(feature = "schema-validation")]
mod run_time_build;
#[cfg(feature = "schema-validation")]
mod run_time_names;
#[cfg(feature = "schema-validation")]
mod run_time_output;
#[cfg(feature = "schema-validation")]
mod run_time_parts;
#[cfg(feature = "schema-validation")]
mod run_time_repairs;
mod views;
