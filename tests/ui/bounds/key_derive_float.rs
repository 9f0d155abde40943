use tool_runtime::Key;

#[derive(Key)]
struct Amount {
    euros: f64,
}

fn main() {}
