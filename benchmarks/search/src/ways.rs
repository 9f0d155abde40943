//! Ways to search: the library's, what people write, and a crate for it.

use std::num::NonZeroUsize;

use bm25::{Language, SearchEngine, SearchEngineBuilder, Tokenizer};
use tool_runtime::search::Searchable;

use crate::set::{self, Tool};

/// A way to search: names of tools, the likeliest first.
pub type Way = Box<dyn Fn(&str, usize) -> Vec<String>>;

pub fn all(tools: &[Tool]) -> Vec<(&'static str, Way)> {
    vec![
        ("**`search_tools`**", ours(tools)),
        ("the same, of names alone", ours(&set::names_only(tools))),
        ("words as substrings, those with most first", words(tools)),
        ("the query as one substring", whole(tools)),
        ("crate `bm25`, words as they are", crate_plain(tools)),
        (
            "crate `bm25`, English stemmer and stop words",
            crate_english(tools),
        ),
    ]
}

pub fn searchable(tools: &[Tool]) -> Searchable {
    let toolbox = set::toolbox(tools);
    toolbox
        .searchable([""; 0])
        .expect("no tool is called as the search is")
}

pub fn ours(tools: &[Tool]) -> Way {
    let searchable = searchable(tools);
    Box::new(move |query, most| {
        let most = NonZeroUsize::new(most).expect("more than none");
        let found = searchable.clone().with_results(most);
        let found = found.search(query);
        found.iter().map(|tool| tool.name().to_owned()).collect()
    })
}

/// Name and description in one case.
fn texts(tools: &[Tool]) -> Vec<(String, String)> {
    let text = |tool: &Tool| format!("{} {}", tool.name, tool.description).to_lowercase();
    tools
        .iter()
        .map(|tool| (tool.name.clone(), text(tool)))
        .collect()
}

fn words(tools: &[Tool]) -> Way {
    let texts = texts(tools);
    Box::new(move |query, most| {
        let query = query.to_lowercase();
        let words: Vec<&str> = query
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .collect();
        let count = |text: &str| words.iter().filter(|word| text.contains(**word)).count();
        let mut found: Vec<_> = texts
            .iter()
            .map(|(name, text)| (count(text), name))
            .filter(|(count, _)| *count > 0)
            .collect();
        found.sort_by_key(|(count, _)| usize::MAX - count);
        found
            .into_iter()
            .take(most)
            .map(|(_, name)| name.clone())
            .collect()
    })
}

fn whole(tools: &[Tool]) -> Way {
    let texts = texts(tools);
    Box::new(move |query, most| {
        let query = query.to_lowercase();
        let found = texts.iter().filter(|(_, text)| text.contains(&query));
        found.take(most).map(|(name, _)| name.clone()).collect()
    })
}

/// Words in one case, parted at all that is neither letter nor digit.
#[derive(Default)]
struct Plain;

impl Tokenizer for Plain {
    fn tokenize(&self, text: &str) -> Vec<String> {
        let words = text
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty());
        words.map(str::to_lowercase).collect()
    }
}

fn crate_plain(tools: &[Tool]) -> Way {
    let texts = crate_texts(tools);
    let engine: SearchEngine<usize, u32, Plain> =
        SearchEngineBuilder::with_tokenizer_and_documents(Plain, documents(&texts)).build();
    found_by(engine, tools)
}

fn crate_english(tools: &[Tool]) -> Way {
    let texts = crate_texts(tools);
    let engine: SearchEngine<usize> =
        SearchEngineBuilder::with_documents(Language::English, documents(&texts)).build();
    found_by(engine, tools)
}

/// What is searched, as one text: names are parted, since its words end at a space.
fn crate_texts(tools: &[Tool]) -> Vec<String> {
    let text = |tool: &Tool| {
        let parameters = tool.parameters["properties"].as_object();
        let names: Vec<&str> = parameters
            .into_iter()
            .flat_map(|names| names.keys())
            .map(String::as_str)
            .collect();
        format!("{} {} {}", tool.name, tool.description, names.join(" ")).replace('_', " ")
    };
    tools.iter().map(text).collect()
}

fn documents(texts: &[String]) -> Vec<bm25::Document<usize>> {
    let texts = texts.iter().enumerate();
    texts
        .map(|(index, text)| bm25::Document::new(index, text.clone()))
        .collect()
}

fn found_by<T: Tokenizer + 'static>(engine: SearchEngine<usize, u32, T>, tools: &[Tool]) -> Way {
    let names: Vec<String> = tools.iter().map(|tool| tool.name.clone()).collect();
    Box::new(move |query, most| {
        // Those that are as good come in any order; here in one.
        let mut found = engine.search(query, None);
        found.sort_by(|a, b| {
            b.score
                .total_cmp(&a.score)
                .then(a.document.id.cmp(&b.document.id))
        });
        found
            .into_iter()
            .take(most)
            .map(|found| names[found.document.id].clone())
            .collect()
    })
}
