//! Does a tenant see and reach only what is its own?

mod apart;
mod data;
mod desk;
mod ids;
mod limits;
mod names;
