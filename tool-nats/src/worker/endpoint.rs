//! One tool: where its calls come, and which of them are run.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use async_nats::HeaderMap;
use async_nats::service::{self, Request as Message};
use tokio::time::timeout;
use tokio_stream::StreamExt as _;

use super::shared::{NotTaken, Shared, not_taken};
use super::source::Offered;
use super::window::Print;
use super::{WorkerError, say};
use crate::wire::{Refusal, Request, Subjects, Why};

/// A tool that is offered.
pub(super) struct Endpoint {
    pub(super) name: String,
    pub(super) subject: String,
    pub(super) metadata: HashMap<String, String>,
    /// What the toolbox calls it.
    pub(super) tool: String,
    fingerprint: String,
    needs_approval: bool,
}

/// What a call asks for, once it is known that it can be asked for.
pub(super) struct Asked {
    pub(super) request: Request,
    pub(super) arguments: String,
    pub(super) print: Print,
}

/// How long the next calls wait for a refusal to be handed to the client.
const PATIENCE: Duration = Duration::from_secs(1);

pub(super) fn endpoints(
    offered: Vec<Offered>,
    subjects: &Subjects,
) -> Result<Vec<Endpoint>, WorkerError> {
    if offered.is_empty() {
        return Err(WorkerError::NoTools);
    }
    let mut taken: HashMap<String, String> = HashMap::new();
    let mut endpoints = Vec::with_capacity(offered.len());
    for Offered {
        offer,
        tool,
        needs_approval,
    } in offered
    {
        let name = offer.endpoint();
        if let Some(first) = taken.insert(name.clone(), tool.clone()) {
            let tools = [first, tool];
            return Err(WorkerError::SameEndpoint {
                endpoint: name,
                tools,
            });
        }
        endpoints.push(Endpoint {
            subject: subjects.call(&name, offer.fingerprint()),
            metadata: offer.metadata(),
            fingerprint: offer.fingerprint().to_owned(),
            name,
            tool,
            needs_approval,
        });
    }
    Ok(endpoints)
}

impl Endpoint {
    /// Takes calls as they come. It waits for none of them.
    pub(super) async fn pumped(
        self,
        mut messages: service::endpoint::Endpoint,
        shared: Arc<Shared>,
    ) {
        let this = Arc::new(self);
        while let Some(message) = messages.next().await {
            // There is nobody to say what became of it.
            if message.message.reply.is_none() {
                continue;
            }
            if let Err(not_taken) = this.take(message, &shared) {
                let (message, refusal) = *not_taken;
                let _ = timeout(PATIENCE, say::refused(&message, &shared, refusal)).await;
            }
        }
    }

    fn take(self: &Arc<Self>, mut message: Message, shared: &Arc<Shared>) -> Result<(), NotTaken> {
        match self.asked(&mut message, shared) {
            Ok(asked) => shared.admit(self, asked, message),
            Err(refusal) => Err(not_taken(message, refusal)),
        }
    }

    fn asked(&self, message: &mut Message, shared: &Shared) -> Result<Asked, Refusal> {
        let request = Request::read(message.message.headers.as_ref())?;
        self.check(&request)?;
        // Not kept as long as the call runs.
        let payload = std::mem::take(&mut message.message.payload);
        let arguments = String::from_utf8(payload.into())
            .map_err(|_| Refusal::new(Why::Malformed, "the arguments are no UTF-8 text"))?;
        let headers = match shared.desk.reads_headers() {
            true => message.message.headers.as_ref(),
            false => None,
        };
        let print = self.print(&arguments, headers);
        Ok(Asked {
            request,
            arguments,
            print,
        })
    }

    fn check(&self, request: &Request) -> Result<(), Refusal> {
        if request.fingerprint != self.fingerprint {
            let theirs = request.fingerprint.escape_debug();
            let (tool, ours) = (&self.tool, &self.fingerprint);
            return Err(Refusal::new(
                Why::Skew,
                format!(
                    "the call is for the definition `{theirs}` of `{tool}`; this worker has `{ours}`"
                ),
            ));
        }
        if self.needs_approval && !request.approved {
            let text = format!(
                "`{}` needs approval, and the call does not say that it has it",
                self.tool
            );
            return Err(Refusal::new(Why::Approval, text));
        }
        Ok(())
    }

    fn print(&self, arguments: &str, headers: Option<&HeaderMap>) -> Print {
        let mut hash = hmac_sha256::Hash::new();
        for text in [self.name.as_str(), &self.fingerprint, arguments] {
            hash.update(text.len().to_be_bytes());
            hash.update(text);
        }
        let mut of_the_program: Vec<_> = headers
            .into_iter()
            .flat_map(HeaderMap::iter)
            .map(|(name, values)| (name.to_string(), values))
            .filter(|(name, _)| is_of_the_program(name))
            .collect();
        of_the_program.sort_by(|(one, _), (other, _)| one.cmp(other));
        for (name, values) in of_the_program {
            for value in values {
                hash.update(format!("{name:?}: {:?}\n", value.as_str()));
            }
        }
        hash.finalize()
    }
}

/// Ours and those of the trace are others in each attempt.
fn is_of_the_program(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let is_ours = name.starts_with("tool-");
    !is_ours && !matches!(name.as_str(), "traceparent" | "tracestate" | "baggage")
}
