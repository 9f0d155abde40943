//! Who waits for whom. An *event* is a call or a summary, which has no work of its own and settles when its members have.

/// An event of a graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Event(usize);

/// What the failure of an event passes on to one that waits for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Carries {
    /// The earlier one writes a key that the later one uses.
    pub(super) write: bool,
    /// Both are of one exclusive group.
    pub(super) group: bool,
}

impl Carries {
    pub(super) const NOTHING: Self = Self {
        write: false,
        group: false,
    };
    pub(super) const WRITE: Self = Self {
        write: true,
        group: false,
    };

    fn and(self, other: Self) -> Self {
        Self {
            write: self.write || other.write,
            group: self.group || other.group,
        }
    }

    fn lets(self, taint: Taint) -> bool {
        match taint.reach {
            Reach::Writes => self.write,
            Reach::Group => self.group,
        }
    }
}

/// Why an event and those that depend on it cannot rely on what came before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Taint {
    /// The call it began with.
    pub(super) because: usize,
    pub(super) reach: Reach,
}

/// Along which edges a taint passes. The greater one includes the lesser.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reach {
    /// Those of exclusive groups.
    Group,
    /// Those along which something is written.
    Writes,
}

#[derive(Debug, Default)]
pub(super) struct Graph {
    nodes: Vec<Node>,
}

#[derive(Debug)]
struct Node {
    call: Option<usize>,
    /// How many of those it waits for have not settled.
    pending: usize,
    settled: bool,
    taint: Option<Taint>,
    successors: Vec<(Event, Carries)>,
}

/// For how many things each event waits that are not of its graph.
pub(super) struct Elsewhere(Vec<usize>);

impl Elsewhere {
    pub(super) fn of(&self, event: Event) -> usize {
        self.0[event.0]
    }
}

impl Graph {
    /// Adds what waits for `predecessors`, each of which may be there more than once.
    pub(super) fn add(
        &mut self,
        call: Option<usize>,
        mut predecessors: Vec<(Event, Carries)>,
    ) -> Event {
        let event = Event(self.nodes.len());
        predecessors.sort_unstable_by_key(|(event, _)| *event);
        predecessors.dedup_by(|(again, more), (event, carries)| {
            let same = again == event;
            if same {
                *carries = carries.and(*more);
            }
            same
        });
        let mut node = Node {
            call,
            pending: 0,
            settled: false,
            taint: None,
            successors: Vec::new(),
        };
        for (predecessor, carries) in predecessors {
            let before = &mut self.nodes[predecessor.0];
            if let Some(taint) = before.taint.filter(|taint| carries.lets(*taint)) {
                node.join(taint);
            }
            // What has settled has its result, and so have those that it waited for: its taint is final.
            if !before.settled {
                before.successors.push((event, carries));
                node.pending += 1;
            }
        }
        node.settled = call.is_none() && node.pending == 0;
        self.nodes.push(node);
        event
    }

    /// Events, and edges to those that wait.
    #[cfg(test)]
    pub(super) fn size(&self) -> usize {
        let edges = |node: &Node| node.successors.len();
        self.nodes.len() + self.nodes.iter().map(edges).sum::<usize>()
    }

    pub(super) fn is_blocked(&self, event: Event) -> bool {
        self.nodes[event.0].pending > 0
    }

    /// Whether something waits for the event.
    pub(super) fn is_awaited(&self, event: Event) -> bool {
        !self.nodes[event.0].successors.is_empty()
    }

    /// For how many things each event waits that are not of this graph.
    pub(super) fn elsewhere(&self) -> Elsewhere {
        let mut counts: Vec<usize> = self.nodes.iter().map(|node| node.pending).collect();
        for node in &self.nodes {
            // Of what has settled there are none.
            for (next, _) in &node.successors {
                counts[next.0] -= 1;
            }
        }
        Elsewhere(counts)
    }

    /// Whether an event waits, directly or by summaries, for a call of which this is true.
    pub(super) fn waits_for(&self, is_so: impl Fn(usize) -> bool) -> Elsewhere {
        let mut counts = vec![0; self.nodes.len()];
        // Whatever an event waits for was there before it.
        for (index, node) in self.nodes.iter().enumerate() {
            let passes = match node.call {
                Some(call) => is_so(call),
                None => counts[index] > 0,
            };
            if passes && !node.settled {
                for (next, _) in &node.successors {
                    counts[next.0] += 1;
                }
            }
        }
        Elsewhere(counts)
    }

    pub(super) fn taint(&self, event: Event) -> Option<Taint> {
        self.nodes[event.0].taint
    }

    /// Lets a call wait for `count` that are not of this graph.
    pub(super) fn hold(&mut self, event: Event, count: usize) {
        self.nodes[event.0].pending += count;
    }

    /// One that is not of this graph has settled; true if the call waits for nothing any more.
    pub(super) fn release(&mut self, event: Event) -> bool {
        let node = &mut self.nodes[event.0];
        node.pending -= 1;
        node.pending == 0
    }

    /// The call has settled: adds the calls that waited for it, or for summaries of which it was the last, and for
    /// nothing else.
    pub(super) fn settle(&mut self, event: Event, unblocked: &mut Vec<usize>) {
        let mut settled = vec![event];
        while let Some(event) = settled.pop() {
            let node = &mut self.nodes[event.0];
            node.settled = true;
            for (next, _) in std::mem::take(&mut node.successors) {
                let node = &mut self.nodes[next.0];
                node.pending -= 1;
                match (node.pending, node.call) {
                    (0, Some(call)) => unblocked.push(call),
                    (0, None) => settled.push(next),
                    _ => {}
                }
            }
        }
    }

    /// Taints an event and those that depend on it; adds the calls that were not tainted before.
    pub(super) fn spread(&mut self, event: Event, taint: Taint, tainted: &mut Vec<usize>) {
        if !self.nodes[event.0].join(taint) {
            return;
        }
        let mut reached = vec![event];
        while let Some(event) = reached.pop() {
            for at in 0..self.nodes[event.0].successors.len() {
                let (next, carries) = self.nodes[event.0].successors[at];
                let node = &mut self.nodes[next.0];
                let clean = node.taint.is_none();
                if carries.lets(taint) && node.join(taint) {
                    tainted.extend(node.call.filter(|_| clean));
                    reached.push(next);
                }
            }
        }
    }
}

impl Node {
    /// Whether `taint` is new to it.
    fn join(&mut self, taint: Taint) -> bool {
        match &mut self.taint {
            Some(own) if own.reach >= taint.reach => false,
            // The call that it began with too: the other one does not reach as far.
            own => {
                *own = Some(taint);
                true
            }
        }
    }
}
