use tool_runtime::Provide;

#[derive(Provide)]
enum App {
    One(u8),
}

fn main() {}
