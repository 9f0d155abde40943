//! The calls of a turn in the order in which they began.

use std::collections::VecDeque;

use crate::ToolCall;

/// Calls that have begun: each is handed out when it is whole and all before it have been.
#[derive(Debug, Default)]
pub(in crate::dialect) struct Line {
    handed: usize,
    waiting: VecDeque<Option<ToolCall>>,
}

impl Line {
    /// A place behind all others.
    pub(in crate::dialect) fn begin(&mut self) -> usize {
        self.waiting.push_back(None);
        self.handed + self.waiting.len() - 1
    }

    /// Whether the call at this place is whole.
    pub(in crate::dialect) fn is_whole(&self, place: usize) -> bool {
        match place.checked_sub(self.handed) {
            Some(ahead) => self.waiting.get(ahead).is_some_and(Option::is_some),
            None => true,
        }
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
            waiting.get_or_insert(call);
        }
        while let Some(Some(_)) = self.waiting.front() {
            calls.extend(self.waiting.pop_front().flatten());
            self.handed += 1;
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
        assert!(calls.is_empty() && line.is_whole(b) && !line.is_whole(a));
        line.whole(a, call("a"), &mut calls);
        line.whole(a, call("again"), &mut calls);
        line.whole(c, call("c"), &mut calls);
        let ids: Vec<&str> = calls.iter().map(ToolCall::id).collect();
        assert_eq!(ids, ["a", "b", "c"]);
        assert!(line.is_whole(a));
    }
}
