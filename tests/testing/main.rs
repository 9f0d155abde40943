//! Is what users test with true to the runtime?

mod call;
mod desk;
mod doubles;
mod faults;
mod script;
mod script_random;
