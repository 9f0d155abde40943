//! The desk: three tools that look things up, and how long it takes to run them.
//!
//! A model that is asked about customer 1234 calls `get_customer`, `get_orders` and `get_tickets` in one turn. They
//! take 400, 500 and 600 ms.

use std::fmt;
use std::time::Duration;

use serde::Serialize;
use tokio::time::sleep;
use tool_runtime::dialect::{self, Message};
use tool_runtime::explain::Picture;
use tool_runtime::{Policy, Report, Toolbox, tool, tools};

/// The company's database: here a customer and a way to wait for it.
#[derive(Debug, Default)]
pub struct Db;

impl Db {
    async fn find(&self, customer_id: u64, takes: Duration) -> Result<(), LookupError> {
        sleep(takes).await;
        match customer_id {
            1234 => Ok(()),
            _ => Err(LookupError { customer_id }),
        }
    }
}

/// A customer that is not there.
#[derive(Debug)]
pub struct LookupError {
    customer_id: u64,
}

impl fmt::Display for LookupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { customer_id } = self;
        write!(
            f,
            "There is no customer {customer_id}. Customer numbers have four digits, such as 1234."
        )
    }
}

impl std::error::Error for LookupError {}

/// Who the company sells to.
#[derive(Debug, Serialize)]
pub struct Customer {
    id: u64,
    name: &'static str,
    plan: &'static str,
}

/// Something a customer bought.
#[derive(Debug, Serialize)]
pub struct Order {
    id: u64,
    item: &'static str,
    total_cents: u64,
}

/// Something a customer complained about.
#[derive(Debug, Serialize)]
pub struct Ticket {
    id: u64,
    subject: &'static str,
    open: bool,
}

/// Look up a customer by number.
#[tool(reads("customer:{customer_id}"))]
pub async fn get_customer(
    /// The customer's number.
    customer_id: u64,
    #[state] db: &Db,
) -> Result<Customer, LookupError> {
    db.find(customer_id, Duration::from_millis(400)).await?;
    Ok(Customer {
        id: customer_id,
        name: "Ada Lovelace",
        plan: "gold",
    })
}

/// List a customer's orders, the latest first.
#[tool(reads("orders:{customer_id}"))]
pub async fn get_orders(
    /// The customer's number.
    customer_id: u64,
    /// At most so many; all if left out.
    limit: Option<usize>,
    #[state] db: &Db,
) -> Result<Vec<Order>, LookupError> {
    db.find(customer_id, Duration::from_millis(500)).await?;
    let orders = [
        Order {
            id: 77,
            item: "analytical engine",
            total_cents: 129_900,
        },
        Order {
            id: 71,
            item: "punched cards",
            total_cents: 4_500,
        },
    ];
    Ok(orders
        .into_iter()
        .take(limit.unwrap_or(usize::MAX))
        .collect())
}

/// List a customer's support tickets.
#[tool(reads("tickets:{customer_id}"))]
pub async fn get_tickets(
    /// The customer's number.
    customer_id: u64,
    #[state] db: &Db,
) -> Result<Vec<Ticket>, LookupError> {
    db.find(customer_id, Duration::from_millis(600)).await?;
    Ok(vec![Ticket {
        id: 9,
        subject: "The engine is loud.",
        open: true,
    }])
}

/// The three tools over a [`Db`].
///
/// # Errors
///
/// None: the names differ.
pub fn toolbox() -> Result<Toolbox<Db>, tool_runtime::BuildError> {
    Toolbox::<Db>::builder()
        .tools(tools![get_customer, get_orders, get_tickets])
        .build()
}

/// One turn of a model, run twice.
#[derive(Debug)]
pub struct Comparison {
    /// The provider's name.
    pub provider: &'static str,
    /// The calls one after another.
    pub one_by_one: Report,
    /// The calls at once.
    pub parallel: Report,
    /// What goes back to the model.
    pub messages: Vec<Message>,
}

impl Comparison {
    /// Both runs on one time scale, for a terminal so many columns wide.
    pub fn timeline(&self, columns: usize) -> String {
        self.draw(|picture| picture.timeline(columns))
    }

    /// The same as an SVG: the README's picture.
    pub fn svg(&self) -> String {
        self.draw(|picture| picture.svg())
    }

    fn draw(&self, form: impl FnOnce(&Picture<'_>) -> String) -> String {
        let (one_by_one, parallel) = (self.one_by_one.explain(), self.parallel.explain());
        form(&Picture::new([
            ("one by one", &one_by_one),
            ("in parallel", &parallel),
        ]))
    }
}

/// Reads a provider's response and runs its calls one by one, then in parallel.
///
/// # Errors
///
/// If the response is not one of a known provider.
pub async fn compare(body: &[u8]) -> Result<Comparison, Box<dyn std::error::Error>> {
    let dialect = dialect::recognise(body)?;
    let turn = dialect.decode(body)?;
    let desk = toolbox()?.bind(Db);
    let one_by_one = desk.clone().with(Policy::default().max_concurrency(1))?;
    let one_by_one = one_by_one.run(turn.calls()).await;
    let parallel = desk.run(turn.calls()).await;
    Ok(Comparison {
        provider: dialect.name(),
        messages: dialect.encode(&parallel),
        one_by_one,
        parallel,
    })
}
