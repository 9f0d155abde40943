use tool_runtime::Key;

#[derive(Key)]
struct Settings;

fn main() {}
