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
                "all tools together may be called {times}{place}, and {}",
                self.used("have been")
            ),
            (_, 0) => write!(f, "it may not be called{place}"),
            (Together::Itself, _) => {
                let used = self.used("has been");
                write!(f, "it may be called {times}{place}, and {used}")
            }
            (Together::Others(names), _) => {
                let others = match names.as_str() {
                    "" => "other tools",
                    names => names,
                };
                let used = self.used("none is left");
                write!(f, "it shares {calls}{place} with {others}, and {used}")
            }
        }
    }
}

impl Exhausted {
    /// What has become of what there was. It is the model who sees which of its calls were made.
    fn used(&self, by_calls: &'static str) -> &'static str {
        match self.may_come_back {
            true => "calls before it have taken that",
            false => by_calls,
        }
    }

    /// What to do.
    pub(crate) fn advice(&self) -> &'static str {
        match self.of {
            _ if self.may_come_back => " Call it again only if one of those was not made.",
            Together::All => " Do not repeat the call; go on without tools.",
            Together::Itself | Together::Others(_) => " Do not repeat the call.",
        }
    }
}
