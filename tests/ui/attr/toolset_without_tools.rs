use tool_runtime::toolset;

struct Desk;

#[toolset]
impl Desk {
    /// Look.
    async fn look(&self) {}
}

fn main() {
    let _ = Desk.look();
    let _ = Desk::tools::<Desk>();
}
