//! What a turn can do: the tools, whose they are in a request, and who of a tenant's people may call which.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde::Serialize;
use tokio::time::sleep;
use tool_runtime::approval::{self, ApprovalRequest};
use tool_runtime::layer::{self, Layer};
use tool_runtime::{
    Bound, BuildError, Policy, Quota, QuotaError, ToolError, ToolResult, Toolbox, tool, tools,
};

/// What somebody may do for a tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Role {
    Agent,
    Administrator,
}

/// Who asks.
#[derive(Clone, Debug)]
pub(crate) struct User {
    pub(crate) tenant: Arc<str>,
    pub(crate) name: &'static str,
    pub(crate) role: Role,
}

/// What one tenant has. No request reaches another's, whatever the model writes: it is not in its state.
#[derive(Debug)]
pub(crate) struct Shop {
    customers: Mutex<BTreeMap<u64, String>>,
    refunded: Mutex<u64>,
    /// How often its people may still call what. A program of yours resets it when a day begins.
    today: Quota,
}

impl Shop {
    pub(crate) fn with_customers(customers: impl IntoIterator<Item = (u64, &'static str)>) -> Self {
        let customers = customers
            .into_iter()
            .map(|(id, name)| (id, name.to_owned()));
        Self {
            customers: Mutex::new(customers.collect()),
            refunded: Mutex::default(),
            today: Quota::new("for this shop today").tool("refund", 3),
        }
    }
}

/// The state of one request.
#[derive(Debug)]
pub(crate) struct Seat {
    pub(crate) user: User,
    pub(crate) shop: Arc<Shop>,
}

/// Look up a customer.
#[tool(reads("customer:{customer_id}"))]
async fn get_customer(
    /// The customer's number.
    customer_id: u64,
    #[state] seat: &Seat,
) -> Result<String, ToolError> {
    let customers = lock(&seat.shop.customers);
    let found = customers.get(&customer_id).cloned();
    found.ok_or_else(|| ToolError::new("There is no such customer.").permanent())
}

/// List a customer's invoices. The billing system is the same for all tenants.
#[tool(reads("invoice"))]
async fn list_invoices(
    /// The customer's number.
    customer_id: u64,
) -> [u64; 2] {
    sleep(Duration::from_millis(20)).await;
    [customer_id * 10, customer_id * 10 + 1]
}

/// Pay money back to a customer. What is more than 100 euros is somebody's decision.
#[tool(writes("invoice:{invoice}"), approval = *cents > 10_000)]
async fn refund(
    /// The number of the invoice.
    invoice: u64,
    /// How much, in cents.
    cents: u64,
    #[state] seat: &Seat,
) -> String {
    sleep(Duration::from_millis(20)).await;
    *lock(&seat.shop.refunded) += cents;
    format!("{cents} cents of invoice {invoice} were paid back")
}

/// Delete a customer for good.
#[tool(writes("customer:{customer_id}"), destructive)]
async fn delete_customer(
    /// The customer's number.
    customer_id: u64,
    #[state] seat: &Seat,
) -> &'static str {
    match lock(&seat.shop.customers).remove(&customer_id) {
        Some(_) => "deleted",
        None => "there was none",
    }
}

/// A line for each call. The arguments and the answer are the tenant's, and are not kept.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Line {
    pub(crate) tenant: String,
    pub(crate) user: &'static str,
    pub(crate) role: Role,
    pub(crate) tool: String,
    pub(crate) outcome: &'static str,
    pub(crate) effects: String,
    pub(crate) milliseconds: u128,
}

/// The last lines. A program of yours hands them on, to a file that is only appended to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Audit(Arc<Mutex<VecDeque<Line>>>);

impl Audit {
    const MOST: usize = 1_000;

    /// The lines of one tenant, or of all.
    pub(crate) fn lines(&self, tenant: Option<&str>) -> Vec<Line> {
        let lines = lock(&self.0);
        let is_wanted = |line: &&Line| tenant.is_none_or(|tenant| line.tenant == tenant);
        lines.iter().filter(is_wanted).cloned().collect()
    }

    fn layer(&self) -> impl Layer<Seat> + use<> {
        let Self(lines) = self.clone();
        layer::finished(move |result: &ToolResult, seat: &Seat| {
            let took = result.span().map(|span| span.finished - span.started);
            let outcome = result.outcome();
            let mut lines = lock(&lines);
            if lines.len() == Self::MOST {
                lines.pop_front();
            }
            lines.push_back(Line {
                tenant: seat.user.tenant.to_string(),
                user: seat.user.name,
                role: seat.user.role,
                tool: result.name().to_owned(),
                outcome: outcome.ending.code(),
                effects: format!("{:?}", outcome.effects).to_lowercase(),
                milliseconds: took.unwrap_or_default().as_millis(),
            });
        })
    }
}

/// The toolbox, and the part of it that each role sees: made once.
pub(crate) struct Office {
    whole: Toolbox<Seat>,
    agents: Toolbox<Seat>,
    pub(crate) audit: Audit,
}

impl Office {
    pub(crate) fn new() -> Result<Self, BuildError> {
        let audit = Audit::default();
        let policy = Policy::default()
            .group_concurrency("billing", ["list_invoices", "refund"], 4)
            .group_concurrency_per_tenant("billing", 2);
        let whole = Toolbox::<Seat>::builder()
            .tools(tools![get_customer, list_invoices, refund, delete_customer])
            .layer(audit.layer())
            .policy(policy)
            .build()?;
        let agents = whole.view(|tool| !tool.is_destructive());
        Ok(Self {
            whole,
            agents,
            audit,
        })
    }

    /// What a role sees, and nothing else is there for it.
    pub(crate) fn view(&self, role: Role) -> &Toolbox<Seat> {
        match role {
            Role::Agent => &self.agents,
            Role::Administrator => &self.whole,
        }
    }

    /// The desk of one request.
    pub(crate) fn desk(&self, user: &User, shop: Arc<Shop>) -> Result<Bound<Seat>, QuotaError> {
        let today = shop.today.clone();
        let seat = Seat {
            user: user.clone(),
            shop,
        };
        let desk = self.view(user.role).bind(seat);
        let desk = desk.for_tenant(Arc::clone(&user.tenant));
        // Two turns of a tenant's at once are in an order, too.
        let desk = desk.order_across_batches("desk");
        let desk = desk.within(&today)?;
        Ok(match user.role {
            // Nobody is there to be asked: what needs a decision is denied, and the model reads so.
            Role::Agent => desk,
            Role::Administrator => {
                desk.approved_by(approval::by(|request: ApprovalRequest| async move {
                    Ok(request.approve())
                }))
            }
        })
    }
}

fn lock<T>(value: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    value.lock().unwrap_or_else(PoisonError::into_inner)
}
