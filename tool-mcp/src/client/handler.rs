//! Who answers when the server asks: sampling, elicitation, roots.

use std::sync::Arc;

use rmcp::model::{
    ClientCapabilities, ClientConfig, ClientResult, ErrorCode, ErrorData, Implementation,
    ProtocolVersion, ServerNotification, ServerRequest,
};
use rmcp::service::{DynService, NotificationContext, RequestContext, RoleClient, Service};

/// Ours, or the program's; shared, since a new connection needs it again.
#[derive(Clone)]
pub(super) enum Handler {
    /// Nothing is offered, so nothing is answered.
    Refusing,
    Given(Arc<dyn DynService<RoleClient>>),
}

/// What a client is that has no answers.
fn config() -> ClientConfig {
    let name = Implementation::new(env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"));
    ClientConfig::new(ClientCapabilities::default(), name)
        .with_protocol_version(ProtocolVersion::LATEST_WITH_INITIALIZE)
}

/// A request of a kind that this client has not said to answer.
fn refused(request: &ServerRequest) -> Result<ClientResult, ErrorData> {
    match request {
        ServerRequest::PingRequest(_) => Ok(ClientResult::empty(())),
        other => Err(ErrorData::new(
            ErrorCode::METHOD_NOT_FOUND,
            format!(
                "this client answers no `{}`, and has not offered to",
                method(other)
            ),
            None,
        )),
    }
}

fn method(request: &ServerRequest) -> &str {
    match request {
        ServerRequest::PingRequest(_) => "ping",
        ServerRequest::CreateMessageRequest(_) => "sampling/createMessage",
        ServerRequest::ListRootsRequest(_) => "roots/list",
        ServerRequest::ElicitRequest(_) => "elicitation/create",
        ServerRequest::CustomRequest(request) => &request.method,
        _ => "request of that kind",
    }
}

impl Service<RoleClient> for Handler {
    async fn handle_request(
        &self,
        request: ServerRequest,
        context: RequestContext<RoleClient>,
    ) -> Result<ClientResult, ErrorData> {
        match self {
            Self::Refusing => refused(&request),
            Self::Given(handler) => handler.handle_request(request, context).await,
        }
    }

    async fn handle_notification(
        &self,
        notification: ServerNotification,
        context: NotificationContext<RoleClient>,
    ) -> Result<(), ErrorData> {
        match self {
            Self::Refusing => Ok(()),
            Self::Given(handler) => handler.handle_notification(notification, context).await,
        }
    }

    fn get_info(&self) -> ClientConfig {
        match self {
            Self::Refusing => config(),
            Self::Given(handler) => handler.get_info(),
        }
    }
}
