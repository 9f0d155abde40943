//! What becomes of tools at providers: refused, degraded, told elsewhere, under another name, heavy.

use tool_runtime::dialect::Dialect;
use tool_runtime::tool::State;
use tool_runtime::{Manifest, ManifestError, Moved, ToolSize, Toolbox};

use super::{Finding, Found, Lint, Severity};
use crate::dialects::Provider;
use crate::words::number;

impl Lint {
    pub(super) fn check_offered<S: State>(&self, toolbox: &Toolbox<S>, found: &mut Found) {
        let mut largest: Vec<Option<(ToolSize, &'static str)>> = vec![None; toolbox.tools().len()];
        if largest.is_empty() {
            return;
        }
        for &provider in &self.providers {
            let Some(manifest) = self.offered(toolbox, provider, found) else {
                continue;
            };
            names(toolbox, &manifest, provider, found);
            for (largest, size) in largest.iter_mut().zip(manifest.sizes()) {
                if largest
                    .as_ref()
                    .is_none_or(|(known, _)| known.bytes < size.bytes)
                {
                    *largest = Some((size, provider.title()));
                }
            }
        }
        let sizes = toolbox.tools().iter().zip(largest);
        for (tool, size) in sizes.filter_map(|(tool, largest)| Some((tool, largest?))) {
            self.weight(tool.name(), &size.0, size.1, found);
        }
    }

    /// What the provider is sent: what it takes, or else the nearest that it would.
    fn offered<S: State>(
        &self,
        toolbox: &Toolbox<S>,
        provider: &Provider,
        found: &mut Found,
    ) -> Option<Manifest> {
        let settled = |lenient| {
            let strict = self
                .is_strict
                .then(|| provider.with(true, lenient))
                .flatten();
            strict.or_else(|| provider.with(false, lenient))
        };
        match toolbox.manifest(settled(false)?) {
            Ok(manifest) => {
                moved(&manifest, provider, found);
                Some(manifest)
            }
            Err(error) => {
                refused(&error, provider, found);
                let lenient: &dyn Dialect = settled(true)?;
                let manifest = toolbox.manifest(lenient).ok()?;
                told(&manifest, provider, found);
                Some(manifest)
            }
        }
    }

    fn weight(&self, tool: &str, size: &ToolSize, dialect: &'static str, found: &mut Found) {
        let tokens = size.estimated_tokens();
        if tokens <= self.max_tokens {
            return;
        }
        let (bytes, tokens, most) = (number(size.bytes), number(tokens), number(self.max_tokens));
        found.add(Finding {
            code: "heavy",
            severity: Severity::Warning,
            tool: Some(tool.to_owned()),
            path: None,
            text: format!("is {bytes} bytes, about {tokens} tokens in every request, and {most} are meant to be enough; say less, or make two tools of it"),
            dialects: vec![dialect],
        });
    }
}

fn at(provider: &Provider) -> Vec<&'static str> {
    vec![provider.title()]
}

fn refused(error: &ManifestError, provider: &Provider, found: &mut Found) {
    let ManifestError::Shapes { problems, .. } = error else {
        found.add(Finding {
            code: "refused",
            severity: Severity::Error,
            tool: None,
            path: None,
            text: error.to_string(),
            dialects: at(provider),
        });
        return;
    };
    for problem in problems {
        let strict = if problem.is_strict { "strict " } else { "" };
        found.add(Finding {
            code: "refused",
            severity: Severity::Error,
            tool: Some(problem.tool.clone()),
            path: Some(problem.path.clone()),
            text: format!(
                "{}, of which there is no {strict}form; {}",
                problem.problem, problem.change
            ),
            dialects: at(provider),
        });
    }
}

/// All that is said in another way than the tool's schema says it.
fn moved(manifest: &Manifest, provider: &Provider, found: &mut Found) {
    told(manifest, provider, found);
    for moved in manifest.moved() {
        let text = match moved {
            Moved::Widened { problem, .. } => {
                format!("{problem}, so the schema takes more than the tool does")
            }
            Moved::NotStrict { problem, .. } => {
                format!("{problem}, so the tool has no strict schema")
            }
            _ => continue,
        };
        found.add(Finding {
            code: "degraded",
            severity: Severity::Warning,
            tool: Some(moved.tool().to_owned()),
            path: Some(moved.path().to_owned()),
            text,
            dialects: at(provider),
        });
    }
}

/// What is told in a description.
fn told(manifest: &Manifest, provider: &Provider, found: &mut Found) {
    for moved in manifest.moved() {
        if let Moved::Described {
            tool,
            path,
            keyword,
            text,
        } = moved
        {
            found.add(Finding {
                code: "told_elsewhere",
                severity: Severity::Note,
                tool: Some(tool.clone()),
                path: Some(path.clone()),
                text: format!("has its `{keyword}` in its description, as \"{text}\""),
                dialects: at(provider),
            });
        }
    }
}

fn names<S>(toolbox: &Toolbox<S>, manifest: &Manifest, provider: &Provider, found: &mut Found) {
    let pairs = toolbox.tools().iter().zip(manifest.tools());
    for (tool, offered) in pairs.filter(|(tool, offered)| tool.name() != offered.name()) {
        found.add(Finding {
            code: "renamed",
            severity: Severity::Note,
            tool: Some(tool.name().to_owned()),
            path: None,
            text: format!(
                "is called `{}`, since its own name is refused",
                offered.name()
            ),
            dialects: at(provider),
        });
    }
}
