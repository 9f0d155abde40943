//! What callers and workers say to each other: subjects, headers, definitions, answers. `docs/protocol.md` is the whole of it.

mod answer;
mod header;
mod offer;
mod subject;

pub(crate) use answer::{Answer, Part, Parts, PartsError, Refusal, Why, split};
pub(crate) use header::{Request, name, quoted};
pub(crate) use offer::{Offer, offers, offers_told};
pub(crate) use subject::{Subjects, is_token, last_token};

/// The number of this form of what is said. A worker that is called in another refuses, and a caller that is offered a tool in another
/// does not take it.
pub(crate) const FORMAT: u32 = 1;
