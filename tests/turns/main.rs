//! Is it found which turns could have been one, and does the model read how to make fewer?
//!
//! Conversations are held with scripted models, on a paused clock.

mod conversation;
mod desk;
mod guidance;
mod random;
mod reports;
mod ties;
