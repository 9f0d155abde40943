//! rmcp: its attribute and the router of a server, without a wire; its user parses the arguments.

use ::rmcp::handler::server::router::tool::ToolRouter;
use ::rmcp::handler::server::tool::ToolCallContext;
use ::rmcp::handler::server::wrapper::{Json, Parameters};
use ::rmcp::model::{CallToolRequestParams, CallToolResponse, RequestId};
use ::rmcp::service::{Peer, RequestContext, RoleServer, RunningService, serve_directly};
use ::rmcp::{ServerHandler, tool, tool_handler, tool_router};
use tokio::runtime::Runtime;
use tool_runtime::ToolCall;

use super::{Text, by_join_all};
use crate::measured::one_thread;
use crate::work::arguments::{Add, GetCustomer, LoadText, PlaceOrder, SaveText, Time};
use crate::work::{self, Customer, Placed};

#[derive(Clone)]
struct Server {
    tool_router: ToolRouter<Self>,
}

#[tool_handler(router = self.tool_router)]
impl ServerHandler for Server {}

#[tool_router]
impl Server {
    /// Adds two numbers.
    #[tool]
    async fn add(&self, Parameters(Add { a, b }): Parameters<Add>) -> String {
        work::add(a, b).await.to_string()
    }

    /// Looks up a customer.
    #[tool]
    async fn get_customer(&self, parameters: Parameters<GetCustomer>) -> Json<Customer> {
        Json(work::get_customer(parameters.0.customer_id).await)
    }

    /// Places an order.
    #[tool]
    async fn place_order(&self, parameters: Parameters<PlaceOrder>) -> Json<Placed> {
        Json(work::place_order(parameters.0.order).await)
    }

    /// Saves a text.
    #[tool]
    async fn save_text(&self, parameters: Parameters<SaveText>) -> String {
        work::save_text(parameters.0.text).await.to_string()
    }

    /// Loads a text.
    #[tool]
    async fn load_text(&self, parameters: Parameters<LoadText>) -> String {
        work::load_text(parameters.0.id).await
    }

    /// Waits.
    #[tool]
    async fn wait(&self, parameters: Parameters<Time>) -> String {
        work::wait(parameters.0.ms).await.to_string()
    }

    /// Computes.
    #[tool]
    async fn compute(&self, parameters: Parameters<Time>) -> String {
        work::compute(parameters.0.ms).await.to_string()
    }

    /// Blocks its thread.
    #[tool]
    async fn block(&self, parameters: Parameters<Time>) -> String {
        work::block(parameters.0.ms).await.to_string()
    }
}

pub struct Rmcp {
    server: Server,
    peer: Peer<RoleServer>,
    /// A call wants a peer, and a peer wants a server that runs.
    _running: RunningService<RoleServer, Server>,
    _runtime: Runtime,
}

impl Rmcp {
    fn tools() -> Self {
        let server = Server {
            tool_router: Server::tool_router(),
        };
        let runtime = one_thread();
        let entered = runtime.enter();
        let (wire, _) = tokio::io::duplex(64);
        let running = serve_directly(server.clone(), wire, None);
        drop(entered);
        Self {
            server,
            peer: running.peer().clone(),
            _running: running,
            _runtime: runtime,
        }
    }

    async fn call(&self, call: &ToolCall) -> Answer {
        let arguments = match serde_json::from_str(call.arguments()) {
            Ok(arguments) => arguments,
            Err(error) => return Answer::Error(error.to_string()),
        };
        let parameters = CallToolRequestParams::new(call.name().to_owned());
        let parameters = parameters.with_arguments(arguments);
        let context = RequestContext::new(RequestId::Number(1), self.peer.clone());
        let context = ToolCallContext::new(&self.server, parameters, context);
        match self.server.tool_router.call(context).await {
            Ok(response) => Answer::Response(response),
            Err(error) => Answer::Error(error.to_string()),
        }
    }

    fn json(&self) -> Option<String> {
        let tools = self.server.tool_router.list_all();
        Some(serde_json::to_string(&tools).expect("JSON"))
    }
}

pub enum Answer {
    Response(CallToolResponse),
    Error(String),
}

impl Text for Answer {
    fn text(&self) -> &str {
        match self {
            Self::Response(CallToolResponse::Complete(result)) => result.content[0]
                .as_text()
                .map_or("", |content| &content.text),
            Self::Response(_) => "",
            Self::Error(error) => error,
        }
    }
}

by_join_all!(Rmcp, "rmcp", Answer);
