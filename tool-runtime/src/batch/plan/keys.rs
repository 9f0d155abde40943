//! Which earlier calls a call conflicts with: the keys of a batch as a tree, one node a segment.
//!
//! Two keys overlap when one covers the other, so a call meets others on the way to its key and below it. What is below
//! can be much: a thousand writes and then a thousand reads of what covers them would be a million edges. So a node keeps
//! *summaries*, of its readers and of the writers below it, each made once for all who wait for it. Every member of a
//! summary is a conflict of everyone who waits for the summary.

use std::collections::HashMap;

use super::graph::{Carries, Event, Graph};
use crate::tool::{Access, EffectKey, Touch};

/// The root, which no key leads to.
const ROOT: usize = 0;

/// The root of exclusive groups, which stay when all other keys are forgotten.
const GROUPS: usize = 1;

#[derive(Debug)]
pub(super) struct Keys {
    nodes: Vec<Node>,
}

#[derive(Debug, Default)]
struct Node {
    parent: usize,
    children: HashMap<Box<str>, usize>,
    /// The last who wrote this key.
    writer: Option<Event>,
    /// Who has read it since, and is not in `read` yet.
    readers: Vec<Event>,
    /// Who has read it since, as far as a write below has asked.
    read: Option<Event>,
    /// The last writers of the keys below, as far as a read has asked.
    written: Option<Event>,
    /// The children at or below which was written since.
    dirty: Vec<usize>,
    /// Whether it is among its parent's dirty children.
    marked: bool,
}

impl Default for Keys {
    fn default() -> Self {
        Self {
            nodes: vec![Node::default(), Node::default()],
        }
    }
}

impl Keys {
    /// Whom a call that touches these keys conflicts with. All its keys are looked up before any is taken: else it would
    /// be a member of a summary that it waits for.
    pub(super) fn conflicts(
        &mut self,
        touches: &[Touch],
        graph: &mut Graph,
    ) -> Vec<(Event, Carries)> {
        let mut found = Vec::new();
        for Touch { key, access } in touches {
            let group = key.is_group();
            match access {
                Access::Read => self.before_read(key, group, graph, &mut found),
                Access::Write => self.before_write(key, group, graph, &mut found),
            }
        }
        found
    }

    /// Takes a call's keys.
    pub(super) fn take(&mut self, event: Event, touches: &[Touch]) {
        for Touch { key, access } in touches {
            let at = self.make(key);
            match access {
                Access::Read => self.nodes[at].readers.push(event),
                Access::Write => self.write(at, event),
            }
        }
    }

    /// Forgets all keys but groups, since an exclusive call stands for whatever touched them. It does not stand for a call
    /// of a group: if that fails, those of its group are stopped and the exclusive call is not.
    pub(super) fn forget(&mut self) {
        self.nodes[ROOT] = Node::default();
    }

    /// Nodes, and children that are noted as dirty.
    #[cfg(test)]
    pub(super) fn size(&self) -> usize {
        let dirty = self.nodes.iter().map(|node| node.dirty.len());
        self.nodes.len() + dirty.sum::<usize>()
    }

    fn before_read(
        &mut self,
        key: &EffectKey,
        group: bool,
        graph: &mut Graph,
        found: &mut Vec<(Event, Carries)>,
    ) {
        let carries = Carries { write: true, group };
        let (path, whole) = self.path(key);
        for &at in &path {
            found.extend(self.nodes[at].writer.map(|event| (event, carries)));
        }
        if let (true, Some(&at)) = (whole, path.last()) {
            self.summarise(at, graph);
            found.extend(self.nodes[at].written.map(|event| (event, carries)));
        }
    }

    fn before_write(
        &mut self,
        key: &EffectKey,
        group: bool,
        graph: &mut Graph,
        found: &mut Vec<(Event, Carries)>,
    ) {
        let write = Carries { write: true, group };
        let read = Carries {
            write: false,
            group,
        };
        let (path, whole) = self.path(key);
        let above = path.len() - usize::from(whole);
        for &at in &path[..above] {
            let node = &mut self.nodes[at];
            found.extend(node.writer.map(|event| (event, write)));
            if !node.readers.is_empty() {
                let readers = std::mem::take(&mut node.readers);
                let members = readers.into_iter().chain(node.read);
                let members = members.map(|event| (event, Carries::NOTHING)).collect();
                node.read = Some(graph.add(None, members));
            }
            found.extend(node.read.map(|event| (event, read)));
        }
        let mut below: Vec<usize> = path[above..].to_vec();
        while let Some(at) = below.pop() {
            let node = &self.nodes[at];
            found.extend(node.writer.map(|event| (event, write)));
            let readers = node.readers.iter().copied().chain(node.read);
            found.extend(readers.map(|event| (event, read)));
            below.extend(node.children.values());
        }
    }

    /// The nodes on the way to `key`, without the root, and whether the last is its own.
    fn path(&self, key: &EffectKey) -> (Vec<usize>, bool) {
        let mut path = Vec::with_capacity(4);
        let mut at = root(key);
        for segment in key.segments() {
            match self.nodes[at].children.get(segment) {
                Some(&child) => at = child,
                None => return (path, false),
            }
            path.push(at);
        }
        (path, true)
    }

    fn make(&mut self, key: &EffectKey) -> usize {
        let mut at = root(key);
        for segment in key.segments() {
            at = match self.nodes[at].children.get(segment) {
                Some(&child) => child,
                None => {
                    let child = self.nodes.len();
                    self.nodes.push(Node {
                        parent: at,
                        ..Node::default()
                    });
                    self.nodes[at].children.insert(segment.into(), child);
                    child
                }
            };
        }
        at
    }

    /// Makes `event` the writer of a node and of all below, which were conflicts of it and are not needed any more.
    fn write(&mut self, at: usize, event: Event) {
        let node = &mut self.nodes[at];
        let (parent, marked) = (node.parent, node.marked);
        *node = Node {
            parent,
            marked,
            writer: Some(event),
            ..Node::default()
        };
        let mut at = at;
        while at > GROUPS && !self.nodes[at].marked {
            self.nodes[at].marked = true;
            let parent = self.nodes[at].parent;
            self.nodes[parent].dirty.push(at);
            at = parent;
        }
    }

    /// Brings the summary of the writers below a node up to date, looking only where something was written.
    fn summarise(&mut self, at: usize, graph: &mut Graph) {
        let dirty = std::mem::take(&mut self.nodes[at].dirty);
        if dirty.is_empty() {
            return;
        }
        let mut members: Vec<Event> = self.nodes[at].written.into_iter().collect();
        for child in dirty {
            self.summarise(child, graph);
            let child = &mut self.nodes[child];
            child.marked = false;
            members.extend(child.writer.into_iter().chain(child.written));
        }
        let members = members.into_iter().map(|event| (event, Carries::WRITE));
        self.nodes[at].written = Some(graph.add(None, members.collect()));
    }
}

fn root(key: &EffectKey) -> usize {
    match key.is_group() {
        true => GROUPS,
        false => ROOT,
    }
}
