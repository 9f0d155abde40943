//! The calls of a turn in the order in which they began.

use std::collections::VecDeque;

use crate::ToolCall;

/// Calls that have begun: each is handed out when it is whole and all before it have been.
#[derive(Debug, Default)]
pub(in crate::dialect) struct Line {
    handed: usize,
    waiting: VecDeque<Place>,
}

#[derive(Debug, Default)]
struct Place {
    /// The call, once it is whole.
    call: Option<ToolCall>,
    /// Whether a piece of it may be lost.
    has_gap: bool,
}

impl Line {
    /// A place behind all others.
    pub(in crate::dialect) fn begin(&mut self) -> usize {
        self.waiting.push_back(Place::default());
        self.handed + self.waiting.len() - 1
    }

    /// The call at this place is whole; the first that is said to be so stays.
    pub(in crate::dialect) fn whole(
        &mut self,
        place: usize,
        call: ToolCall,
        calls: &mut Vec<ToolCall>,
    ) {
        if let Some(ahead) = place.checked_sub(self.handed)
            && let Some(waiting) = self.waiting.get_mut(ahead)
        {
            let call = if waiting.has_gap {
                call.cut_off()
            } else {
                call
            };
            waiting.call.get_or_insert(call);
        }
        while let Some(call) = self.waiting.front_mut().and_then(|place| place.call.take()) {
            calls.push(call);
            self.waiting.pop_front();
            self.handed += 1;
        }
    }

    /// An event is lost. It may have been a piece of any call that is not whole, and what is left of that may look whole: it is not
    /// to be run.
    pub(in crate::dialect) fn lose(&mut self) {
        for place in self.waiting.iter_mut().filter(|place| place.call.is_none()) {
            place.has_gap = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Line;
    use crate::ToolCall;

    #[test]
    fn a_call_waits_for_those_before_it() {
        let call = |id: &str| ToolCall::new(id, "", "");
        let (mut line, mut calls) = (Line::default(), Vec::new());
        let [a, b, c] = [line.begin(), line.begin(), line.begin()];
        line.whole(b, call("b"), &mut calls);
        assert!(calls.is_empty());
        line.whole(a, call("a"), &mut calls);
        line.whole(a, call("again"), &mut calls);
        line.whole(c, call("c"), &mut calls);
        let ids: Vec<&str> = calls.iter().map(ToolCall::id).collect();
        assert_eq!(ids, ["a", "b", "c"]);
    }

    #[test]
    fn a_call_of_which_a_piece_may_be_lost_is_cut_off() {
        let call = |id: &str| ToolCall::new(id, "", "");
        let (mut line, mut calls) = (Line::default(), Vec::new());
        let [a, b] = [line.begin(), line.begin()];
        line.whole(b, call("b"), &mut calls);
        line.lose();
        let c = line.begin();
        line.whole(a, call("a"), &mut calls);
        line.whole(c, call("c"), &mut calls);
        let cut: Vec<bool> = calls.iter().map(ToolCall::is_cut_off).collect();
        assert_eq!(cut, [true, false, false]);
    }
}
