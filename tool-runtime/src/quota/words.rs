//! What the model reads of a call for which a quota has no use left.

use std::fmt;

use super::{Exhausted, Together};

/// Why it was not called: how often it may be, and where.
impl fmt::Display for Exhausted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = match &*self.scope {
            "" => String::new(),
            scope => format!(" {scope}"),
        };
        let (times, calls) = match self.most {
            1 => ("once".to_owned(), "1 call".to_owned()),
            most => (format!("{most} times"), format!("{most} calls")),
        };
        match (&self.of, self.most) {
            (Together::All, 0) => write!(f, "no tool may be called{place}"),
            (Together::All, _) => write!(
                f,
                "all tools together may be called {times}{place}, and have been"
            ),
            (_, 0) => write!(f, "it may not be called{place}"),
            (Together::Itself, _) => write!(f, "it may be called {times}{place}, and has been"),
            (Together::Others(names), _) => {
                let others = match names.as_str() {
                    "" => "other tools",
                    names => names,
                };
                write!(
                    f,
                    "it shares {calls}{place} with {others}, and none is left"
                )
            }
        }
    }
}

impl Exhausted {
    /// What to do.
    pub(crate) fn advice(&self) -> &'static str {
        match self.of {
            Together::All => " Do not repeat the call; go on without tools.",
            Together::Itself | Together::Others(_) => " Do not repeat the call.",
        }
    }
}
