//! The tools of workers, for a toolbox.

/// The tools of workers.
#[derive(Debug)]
pub struct RemoteTools;
