use tool_runtime::tool;

struct Desk;

#[tool]
impl Desk {
    async fn get_customer(&self) {}
}

fn main() {
    let _ = Desk.get_customer();
}
