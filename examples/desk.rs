//! A customer desk, and a command line over it: see its tools, look what is wrong with them, call them, time them.
//!
//! ```text
//! cargo run --example desk --features cli -- list
//! cargo run --example desk --features cli -- manifest --dialect anthropic
//! cargo run --example desk --features cli -- lint
//! cargo run --example desk --features cli -- call get_customer --arg customer_id=1234
//! cargo run --example desk --features cli -- batch examples/fixtures/one_fails.json --timeline
//! cargo run --example desk --features cli,mcp -- serve mcp
//! ```
//!
//! The desk is a struct in memory, with the time that a real one would take. Nine tools read it, change it and ask before they do what
//! cannot be undone; what each touches is declared, so calls of one turn that use the same order keep their order.

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::Serialize;
use tokio::time::sleep;
use tool_runtime::{BuildError, CallContext, Progress, ToolError, Toolbox, tool, tools};

#[tokio::main]
async fn main() -> Result<ExitCode, BuildError> {
    let toolbox = Toolbox::<Desk>::builder()
        .tools(tools![
            find_customers,
            get_customer,
            get_orders,
            get_tickets,
            open_ticket,
            close_ticket,
            refund_order,
            export_history,
            delete_customer
        ])
        .build()?;
    #[cfg(not(feature = "mcp"))]
    return Ok(tool_cli::run(toolbox, Desk::open()).await);
    #[cfg(feature = "mcp")]
    Ok(serve::command(tool_cli::Cli::new(toolbox, Desk::open()))
        .run()
        .await)
}

/// `serve mcp`: the desk for editors and agents.
#[cfg(feature = "mcp")]
mod serve {
    use std::process::ExitCode;

    use tool_cli::clap::{Arg, Command};
    use tool_cli::{Cli, Invocation, Problem};
    use tool_mcp::server::McpServer;

    use super::Desk;

    pub(super) fn command(cli: Cli<Desk>) -> Cli<Desk> {
        let http = Arg::new("http").long("http").value_name("ADDRESS");
        let mcp = Command::new("mcp")
            .about("Serve the tools over the Model Context Protocol, on standard input and output")
            .arg(http.help("Serve them over HTTP instead, at the path /mcp"));
        let serve = Command::new("serve")
            .about("Serve the tools to others")
            .subcommand_required(true)
            .arg_required_else_help(true)
            .subcommand(mcp);
        cli.command(serve, run)
    }

    async fn run(invocation: Invocation<Desk>) -> Result<ExitCode, Problem> {
        let server = McpServer::new(invocation.desk().await?)
            .name("desk")
            .version(env!("CARGO_PKG_VERSION"))
            .cancelled_by(invocation.cancellation());
        let mcp = invocation.matches().subcommand_matches("mcp");
        match mcp.and_then(|mcp| mcp.get_one::<String>("http")) {
            Some(address) => server.serve_http(address).await?,
            None => server.serve_stdio().await?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// The state of the tools: what the company knows.
struct Desk(Mutex<Books>);

#[derive(Default)]
struct Books {
    customers: BTreeMap<u64, Customer>,
    orders: BTreeMap<u64, Order>,
    tickets: BTreeMap<u64, Ticket>,
}

#[derive(Clone, Serialize)]
struct Customer {
    id: u64,
    name: String,
    plan: &'static str,
}

#[derive(Clone, Serialize)]
struct Order {
    id: u64,
    customer_id: u64,
    item: &'static str,
    total_cents: u64,
    refunded_cents: u64,
}

#[derive(Clone, Serialize)]
struct Ticket {
    id: u64,
    customer_id: u64,
    subject: String,
    open: bool,
}

impl Desk {
    /// A desk with two customers, three orders and a ticket.
    fn open() -> Self {
        let mut books = Books::default();
        for (id, name, plan) in [
            (1234, "Ada Lovelace", "gold"),
            (1235, "Charles Babbage", "basic"),
        ] {
            let name = name.to_owned();
            books.customers.insert(id, Customer { id, name, plan });
        }
        let orders = [
            (71, 1234, "punched cards", 4_500),
            (77, 1234, "analytical engine", 129_900),
            (78, 1235, "difference engine", 99_900),
        ];
        for (id, customer_id, item, total_cents) in orders {
            let order = Order {
                id,
                customer_id,
                item,
                total_cents,
                refunded_cents: 0,
            };
            books.orders.insert(id, order);
        }
        let ticket = Ticket {
            id: 9,
            customer_id: 1234,
            subject: "The engine is loud.".to_owned(),
            open: true,
        };
        books.tickets.insert(ticket.id, ticket);
        Self(Mutex::new(books))
    }

    /// What the database has, after the time that it takes to ask it. The lock is never held over an `await`.
    async fn books(&self, takes: u64) -> MutexGuard<'_, Books> {
        sleep(Duration::from_millis(takes)).await;
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An error that tells the model how to go on, and that nothing was changed.
fn missing(what: &str, id: u64) -> ToolError {
    ToolError::new(format!("There is no {what} {id}.")).no_effects()
}

impl Books {
    fn customer(&self, id: u64) -> Result<&Customer, ToolError> {
        self.customers
            .get(&id)
            .ok_or_else(|| missing("customer", id))
    }
}

/// Find customers by a part of their name.
#[tool(reads("customer"))]
async fn find_customers(
    /// A part of the name, in any case.
    #[arg(length(min = 2))]
    name: &str,
    /// At most so many.
    #[arg(default = 10, range(min = 1, max = 50))]
    limit: usize,
    #[state] desk: &Desk,
) -> Vec<Customer> {
    let name = name.to_lowercase();
    let books = desk.books(300).await;
    let found = books.customers.values();
    let found = found.filter(|customer| customer.name.to_lowercase().contains(&name));
    found.take(limit).cloned().collect()
}

/// Look up a customer by number.
#[tool(reads("customer:{customer_id}"))]
async fn get_customer(
    /// The customer's number.
    customer_id: u64,
    #[state] desk: &Desk,
) -> Result<Customer, ToolError> {
    desk.books(400).await.customer(customer_id).cloned()
}

/// List a customer's orders, the latest first.
#[tool(reads("customer:{customer_id}", "orders:{customer_id}"))]
async fn get_orders(
    /// The customer's number.
    customer_id: u64,
    /// At most so many; all if left out.
    limit: Option<usize>,
    #[state] desk: &Desk,
) -> Result<Vec<Order>, ToolError> {
    let books = desk.books(500).await;
    books.customer(customer_id)?;
    let orders = books.orders.values().rev();
    let orders = orders.filter(|order| order.customer_id == customer_id);
    Ok(orders.take(limit.unwrap_or(usize::MAX)).cloned().collect())
}

/// List a customer's support tickets.
#[tool(reads("customer:{customer_id}", "tickets:{customer_id}"))]
async fn get_tickets(
    /// The customer's number.
    customer_id: u64,
    #[state] desk: &Desk,
) -> Result<Vec<Ticket>, ToolError> {
    let books = desk.books(600).await;
    books.customer(customer_id)?;
    let tickets = books.tickets.values();
    let tickets = tickets.filter(|ticket| ticket.customer_id == customer_id);
    Ok(tickets.cloned().collect())
}

/// Open a support ticket for a customer. Answers with the ticket.
#[tool(reads("customer:{customer_id}"), writes("tickets:{customer_id}"))]
async fn open_ticket(
    /// The customer's number.
    customer_id: u64,
    /// What is wrong, in one sentence.
    #[arg(length(min = 3, max = 200))]
    subject: String,
    #[state] desk: &Desk,
) -> Result<Ticket, ToolError> {
    let mut books = desk.books(200).await;
    books.customer(customer_id)?;
    let last = books.tickets.keys().next_back().copied();
    let ticket = Ticket {
        id: last.unwrap_or_default() + 1,
        customer_id,
        subject,
        open: true,
    };
    books.tickets.insert(ticket.id, ticket.clone());
    Ok(ticket)
}

/// Close a support ticket. One that is closed already stays so.
#[tool(writes("tickets"), idempotent)]
async fn close_ticket(
    /// The ticket's number.
    ticket_id: u64,
    #[state] desk: &Desk,
) -> Result<Ticket, ToolError> {
    let mut books = desk.books(200).await;
    let ticket = books.tickets.get_mut(&ticket_id);
    let ticket = ticket.ok_or_else(|| missing("ticket", ticket_id))?;
    ticket.open = false;
    Ok(ticket.clone())
}

/// Pay money for an order back. More than 50.00 needs somebody's approval.
#[tool(writes("orders"), approval = *cents > 5_000)]
async fn refund_order(
    /// The order's number.
    order_id: u64,
    /// How much, in cents.
    #[arg(range(min = 1))]
    cents: u64,
    #[state] desk: &Desk,
) -> Result<Order, ToolError> {
    let mut books = desk.books(300).await;
    let order = books.orders.get_mut(&order_id);
    let order = order.ok_or_else(|| missing("order", order_id))?;
    let left = order.total_cents - order.refunded_cents;
    if cents > left {
        let text = format!("Of order {order_id} at most {left} cents can be paid back.");
        return Err(ToolError::new(text).no_effects());
    }
    order.refunded_cents += cents;
    Ok(order.clone())
}

/// Write a customer's history into a document, which takes a while. Answers with its name.
#[tool(
    reads(
        "customer:{customer_id}",
        "orders:{customer_id}",
        "tickets:{customer_id}"
    ),
    timeout = "5m"
)]
async fn export_history(
    /// The customer's number.
    customer_id: u64,
    /// How many pages it is to have.
    #[arg(default = 5, range(min = 1, max = 1000))]
    pages: u32,
    #[state] desk: &Desk,
    #[context] context: &CallContext,
) -> Result<String, ToolError> {
    desk.books(50).await.customer(customer_id)?;
    for page in 1..=pages {
        sleep(Duration::from_millis(150)).await;
        let progress = Progress::new(page.into()).of(pages.into());
        context.progress(progress.message("pages written"));
    }
    Ok(format!("history-{customer_id}.pdf, {pages} pages"))
}

/// Delete a customer with all orders and tickets, for good.
#[tool(
    writes(
        "customer:{customer_id}",
        "orders:{customer_id}",
        "tickets:{customer_id}"
    ),
    destructive,
    approval
)]
async fn delete_customer(
    /// The customer's number.
    customer_id: u64,
    #[state] desk: &Desk,
) -> Result<String, ToolError> {
    let mut books = desk.books(300).await;
    let name = books.customer(customer_id)?.name.clone();
    books.customers.remove(&customer_id);
    books
        .orders
        .retain(|_, order| order.customer_id != customer_id);
    books
        .tickets
        .retain(|_, ticket| ticket.customer_id != customer_id);
    Ok(format!("{name} is deleted"))
}
