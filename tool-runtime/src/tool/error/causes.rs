//! What lies under an error, in words.

use std::error::Error;
use std::iter::successors;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::ToolError;

/// A source may be its own.
const MOST: usize = 32;

/// What the sources of an error say, each once: what stands in the text of one above it already is not told again.
///
/// Their `Display` is the program's. If it panics, nothing is told from there on.
pub(crate) fn causes(error: &ToolError) -> Vec<String> {
    let mut above = vec![error.to_string()];
    let sources = successors(error.source(), |source| (*source).source());
    let told = AssertUnwindSafe(|| {
        for source in sources.take(MOST) {
            let text = source.to_string();
            if !above.iter().any(|above| above.contains(text.trim())) {
                above.push(text);
            }
        }
    });
    if let Err(payload) = catch_unwind(told) {
        // Its `Drop` may panic too.
        std::mem::forget(payload);
    }
    above.split_off(1)
}

#[cfg(test)]
mod tests {
    use std::fmt;

    use super::*;

    /// A chain of errors: the first, and what lies under it.
    #[derive(Debug)]
    struct Chain(&'static [&'static str]);

    impl fmt::Display for Chain {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            match self.0[0] {
                "!" => panic!("on purpose"),
                text => f.write_str(text),
            }
        }
    }

    impl Error for Chain {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            let rest = self.0.split_first().map(|(_, rest)| rest)?;
            let chain = |rest: &'static [_]| Box::leak(Box::new(Chain(rest))) as &dyn Error;
            (!rest.is_empty()).then(|| chain(rest))
        }
    }

    #[track_caller]
    fn check(message: &str, chain: &'static [&'static str], expected: &[&str]) {
        let error = ToolError::new(message).with_source(Chain(chain));
        assert_eq!(causes(&error), expected);
    }

    #[test]
    fn each_is_told_once() {
        check("a", &["b", "c"], &["b", "c"]);
        check("a: b", &["a: b", "b", "c", "c"], &["c"]);
        check("", &["b", ""], &["b"]);
    }

    #[test]
    fn one_that_panics_is_the_last() {
        check("a", &["b", "!", "c"], &["b"]);
        check("a", &["!"], &[]);
    }
}
