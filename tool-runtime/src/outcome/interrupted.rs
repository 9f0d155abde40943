//! Calls whose results were lost with the program that made them.

use super::Effects;
use super::text::{IF_NEEDED, changed};

/// What is known of a call that has no result, since the program that was to make it has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Interrupted {
    /// Nothing.
    Unknown,
    /// It had begun.
    Begun {
        /// Whether it may have changed something.
        may_change: bool,
    },
    /// It had not.
    NotCalled,
}

impl Interrupted {
    /// What it may have changed.
    pub(crate) fn effects(self) -> Effects {
        match self {
            Self::Unknown | Self::Begun { may_change: true } => Effects::Unknown,
            Self::Begun { may_change: false } | Self::NotCalled => Effects::None,
        }
    }

    /// What the model reads of such a call.
    pub(crate) fn text(self, tool: &str) -> String {
        let what = match self {
            Self::Unknown => "was interrupted, and its result is lost",
            Self::Begun { .. } => "was interrupted, because the program ended while it was running",
            Self::NotCalled => "was not called, because the program ended before",
        };
        let effects = self.effects();
        let (changed, advice) = match effects {
            Effects::None => (changed(effects), IF_NEEDED),
            Effects::Done | Effects::Unknown => (changed(effects), ""),
        };
        format!("`{tool}` {what}.{changed}{advice}")
    }
}
