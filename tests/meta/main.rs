//! Are calls in one call what they are in a turn?

mod manifests;
