use tool_runtime::Provide;

#[derive(Provide)]
struct App;

fn main() {}
