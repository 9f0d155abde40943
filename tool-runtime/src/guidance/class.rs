//! What a tool's declarations mean for whoever calls several.

use crate::tool::DeclaredEffects;

/// How calls of a tool go together with others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// They change nothing.
    Reads,
    /// They change something, in an order with others that touch it.
    Ordered,
    /// They go beside no other, or destroy something.
    Alone,
    /// Nobody says what they touch, so they are in no order.
    Unsaid,
}

/// A tool, and how it is told of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Guided<'a> {
    pub(crate) name: &'a str,
    pub(crate) class: Class,
    /// Whether its own description says so.
    pub(crate) is_hinted: bool,
}

impl Class {
    pub(crate) fn of(effects: &DeclaredEffects, per_call: bool, is_destructive: bool) -> Self {
        match effects {
            _ if is_destructive => Self::Alone,
            // What a call says of itself orders it, too.
            _ if per_call => Self::Ordered,
            DeclaredEffects::Exclusive => Self::Alone,
            DeclaredEffects::Undeclared => Self::Unsaid,
            effects if effects.changes_nothing() => Self::Reads,
            DeclaredEffects::Pure | DeclaredEffects::Keys { .. } => Self::Ordered,
        }
    }

    /// The sentence behind the tool's own description.
    pub(crate) fn hint(self) -> &'static str {
        match self {
            Self::Reads => "Changes nothing: may be called together with other tools in one reply.",
            Self::Ordered => {
                "Changes something: calls in one reply that concern the same thing are made in the order in which you write them."
            }
            Self::Alone => "Call it alone: in a reply without other calls.",
            Self::Unsaid => "Calls in one reply may be made in any order.",
        }
    }
}
