//! What is served: one desk for all, or one for each request.

use std::pin::Pin;
use std::sync::{Arc, OnceLock};

use rmcp::model::{ErrorData, Tool};
use tool_runtime::dialect::Mcp;
use tool_runtime::tool::State;
use tool_runtime::{Batch, Bound, Fingerprint, Manifest, ManifestError};

use super::approval::AskClient;
use super::{McpRefusal, McpRequest};

/// A toolbox with its state, whatever its state is.
pub(super) trait Desk: Send + Sync {
    fn manifest(&self) -> Result<Manifest, ManifestError>;

    /// The tools as rmcp has them, and what tells this list from another.
    fn tools(&self) -> Listed;

    /// Whether the program decides on calls that need approval.
    fn has_approver(&self) -> bool;

    /// A batch for one call, in the order of this scope.
    fn start(&self, scope: Option<Arc<str>>, approver: Option<AskClient>) -> Batch;
}

pub(super) type Listed = Result<(Arc<[Tool]>, Fingerprint), ErrorData>;

pub(super) type Chosen =
    Pin<Box<dyn Future<Output = Result<Arc<dyn Desk>, McpRefusal>> + Send + 'static>>;

#[derive(Clone)]
pub(super) enum Source {
    Fixed(Arc<dyn Desk>),
    PerRequest(Arc<dyn Fn(McpRequest) -> Chosen + Send + Sync>),
}

impl Source {
    pub(super) fn fixed<S: State>(bound: Bound<S>) -> Self {
        Self::Fixed(desk(bound))
    }

    pub(super) fn per_request<S, F, Fut>(choose: F) -> Self
    where
        S: State,
        F: Fn(McpRequest) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Bound<S>, McpRefusal>> + Send + 'static,
    {
        Self::PerRequest(Arc::new(move |request| {
            let chosen = choose(request);
            Box::pin(async move { Ok(desk(chosen.await?)) })
        }))
    }

    /// The tools that are known before anybody asks.
    pub(super) fn manifest(&self) -> Option<Result<Manifest, ManifestError>> {
        match self {
            Self::Fixed(desk) => Some(desk.manifest()),
            Self::PerRequest(_) => None,
        }
    }
}

fn desk<S: State>(bound: Bound<S>) -> Arc<dyn Desk> {
    Arc::new(Served {
        bound,
        tools: OnceLock::new(),
    })
}

struct Served<S: 'static> {
    bound: Bound<S>,
    tools: OnceLock<Listed>,
}

impl<S: State> Desk for Served<S> {
    fn manifest(&self) -> Result<Manifest, ManifestError> {
        self.bound.toolbox().manifest(Mcp)
    }

    fn tools(&self) -> Listed {
        let tools = self.tools.get_or_init(|| {
            let unserved = |error: String| ErrorData::internal_error(error, None);
            let manifest = self
                .manifest()
                .map_err(|error| unserved(error.to_string()))?;
            let tools: Vec<Tool> = serde_json::from_str(manifest.as_str())
                .map_err(|_| unserved("the list of tools cannot be written".to_owned()))?;
            Ok((tools.into(), manifest.fingerprint()))
        });
        tools.clone()
    }

    fn has_approver(&self) -> bool {
        self.bound.has_approver()
    }

    fn start(&self, scope: Option<Arc<str>>, approver: Option<AskClient>) -> Batch {
        let mut bound = self.bound.clone();
        if let Some(scope) = scope {
            bound = bound.order_across_batches(scope);
        }
        if let Some(approver) = approver {
            bound = bound.approved_by(approver);
        }
        bound.start()
    }
}
