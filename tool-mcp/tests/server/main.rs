//! Is a toolbox a server that clients can rely on?

mod approval;
mod calls;
mod cancelled;
mod changes;
mod clients;
mod ends;
mod examples;
mod http;
mod limits;
mod list;
mod odd;
mod order;
mod raw;
mod tools;
