//! A user's crate that forbids what expansions might do and denies every warning, with tools of every kind.
//!
//! [`kinds::get_customer`] is documented as the function it is.

#![forbid(unsafe_code)]
#![deny(
    warnings,
    missing_docs,
    missing_debug_implementations,
    unreachable_pub,
    unused_qualifications,
    unused_results,
    unused_lifetimes,
    single_use_lifetimes,
    elided_lifetimes_in_paths,
    explicit_outlives_requirements,
    absolute_paths_not_starting_with_crate,
    let_underscore_drop,
    trivial_casts,
    trivial_numeric_casts,
    redundant_lifetimes,
    unit_bindings,
    unused_import_braces,
    unused_macro_rules,
    meta_variable_misuse,
    non_ascii_idents,
    variant_size_differences,
    redundant_imports,
    future_incompatible,
    keyword_idents,
    rust_2018_idioms
)]
#![deny(clippy::all, clippy::pedantic, clippy::nursery)]
// The functions are to be as short as they can.
#![allow(clippy::unused_async)]

#[no_implicit_prelude]
pub mod bare;
pub mod facade;
pub mod kinds;
pub mod made;
pub mod shadowed;
