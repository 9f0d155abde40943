// errors: 2
use tool_runtime::Key;

#[derive(Key)]
enum Kind {
    #[key(rename = "giro")]
    Checking,
}

#[derive(Key)]
struct Number(#[key(skip)] u64);

fn main() {}
