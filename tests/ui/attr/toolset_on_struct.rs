use tool_runtime::toolset;

#[toolset]
struct Desk;

fn main() {}
