//! The tools of somebody else's server as tools of a toolbox.
