//! Which tools a query means: BM25 over what they say about themselves.

use std::collections::HashMap;
use std::fmt;

use super::words;
use crate::tool::ToolDefinition;

/// How soon a word that occurs again says nothing more, and how far a long text counts less: what most implementations have.
const K1: f32 = 1.2;
const B: f32 = 0.75;

/// How often a word of a tool's name counts: the name says what the tool is for, the rest also what it is not for.
const NAME: f32 = 2.0;

/// The tools by the words that they have. What a word adds to a tool's score does not depend on the query, so it stands there.
#[derive(Default)]
pub(super) struct Index {
    by_word: HashMap<Box<str>, Vec<(usize, f32)>>,
    tools: usize,
}

impl Index {
    pub(super) fn of(tools: &[ToolDefinition]) -> Self {
        let texts: Vec<Text> = tools.iter().map(Text::of).collect();
        let all: f32 = texts.iter().map(|text| text.length).sum();
        let average = (all / tools.len().max(1) as f32).max(1.0);
        let mut by_word: HashMap<Box<str>, Vec<(usize, f32)>> = HashMap::new();
        for (tool, text) in texts.into_iter().enumerate() {
            let longer = 1.0 - B + B * text.length / average;
            for (word, count) in text.counts {
                let weight = count * (K1 + 1.0) / (count + K1 * longer);
                let tools = by_word.entry(word.into()).or_default();
                tools.push((tool, weight));
            }
        }
        for having in by_word.values_mut() {
            let count = having.len() as f32;
            let rareness = (1.0 + (tools.len() as f32 - count + 0.5) / (count + 0.5)).ln();
            for (_, weight) in having {
                *weight *= rareness;
            }
        }
        Self {
            by_word,
            tools: tools.len(),
        }
    }

    /// The tools that have words of the query, the best first, and at most so many. Of two that are as good the one that comes first in
    /// the toolbox comes first.
    pub(super) fn best(&self, query: &str, most: usize) -> Vec<usize> {
        let mut scores = vec![0.0_f32; self.tools];
        for word in words::of_query(query) {
            for (tool, weight) in self.by_word.get(&*word).into_iter().flatten() {
                scores[*tool] += weight;
            }
        }
        let found = scores.iter().enumerate().filter(|(_, score)| **score > 0.0);
        let mut found: Vec<(usize, f32)> = found.map(|(tool, score)| (tool, *score)).collect();
        let better = |a: &(usize, f32), b: &(usize, f32)| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0));
        if found.len() > most {
            found.select_nth_unstable_by(most, better);
            found.truncate(most);
        }
        found.sort_unstable_by(better);
        found.into_iter().map(|(tool, _)| tool).collect()
    }
}

/// What a tool says about itself, as words.
struct Text {
    counts: HashMap<String, f32>,
    length: f32,
}

impl Text {
    fn of(tool: &ToolDefinition) -> Self {
        let mut text = Self {
            counts: HashMap::new(),
            length: 0.0,
        };
        text.add(words::of_name(tool.name()), NAME);
        text.add(words::of_text(tool.description()), 1.0);
        for (name, _) in tool.parameters().names() {
            text.add(words::of_name(&name), 1.0);
        }
        text
    }

    fn add(&mut self, words: Vec<String>, weight: f32) {
        for word in words {
            *self.counts.entry(word).or_default() += weight;
            self.length += weight;
        }
    }
}

impl fmt::Debug for Index {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Index")
            .field("tools", &self.tools)
            .field("words", &self.by_word.len())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index(tools: &[(&str, &str)]) -> Index {
        let tools = tools.iter();
        let tools: Vec<_> = tools
            .map(|(name, description)| ToolDefinition::named(*name, *description))
            .collect();
        Index::of(&tools)
    }

    #[test]
    fn rare_words_count_more_than_common_ones_and_names_more_than_descriptions() {
        let index = index(&[
            ("get_invoice", "Get an invoice of a customer."),
            ("get_customer", "Get a customer."),
            (
                "list_customers",
                "List all customers, also those without any invoice.",
            ),
            ("refund", "Give money back to a customer."),
        ]);
        assert_eq!(index.best("invoices", 5), [0, 2]);
        assert_eq!(index.best("give the customer money", 1), [3]);
        assert_eq!(index.best("customer", 2), [1, 2]);
        assert!(index.best("weather", 5).is_empty());
        assert!(index.best("", 5).is_empty());
        assert!(index.best("invoice", 0).is_empty());
    }

    #[test]
    fn what_is_as_good_keeps_its_order() {
        let same: Vec<(&str, &str)> = ["a", "b", "c", "d", "e"].map(|name| (name, "Same.")).into();
        assert_eq!(index(&same).best("same", 3), [0, 1, 2]);
    }

    #[test]
    fn no_tools_are_no_reason_to_fail() {
        assert!(index(&[]).best("anything", 5).is_empty());
    }
}
