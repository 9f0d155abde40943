use tool_runtime::{Toolbox, tools};

struct Db;
struct Mailer;

mod customers {
    /// Look up the customer.
    #[tool_runtime::tool]
    pub async fn get_customer(#[state] db: &super::Db) {
        let _ = db;
    }
}

mod billing {
    /// Send the bill.
    #[tool_runtime::tool]
    pub async fn send_bill(#[state] db: &super::Db, #[state] mailer: &super::Mailer) {
        let _ = (db, mailer);
    }
}

mod tickets {
    /// Count the tickets.
    #[tool_runtime::tool]
    pub async fn count_tickets() -> u64 {
        0
    }
}

fn main() {
    let _ = Toolbox::<Db>::builder().tools(tools![
        customers::get_customer,
        billing::send_bill,
        tickets::count_tickets,
    ]);
}
