//! Are calls in one call what they are in a turn?

mod approvals;
mod arguments;
mod build;
mod desk;
mod endings;
mod kept;
mod manifests;
mod order;
mod property;
mod references;
