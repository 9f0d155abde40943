//! Does a program know after a crash what its calls did?

mod begin;
mod crash;
mod desk;
mod failing;
mod file;
mod finish;
mod matching;
mod odd;
mod random;
