use tool_runtime::Key;

#[derive(Key)]
struct Point(i32, i32);

fn main() {}
