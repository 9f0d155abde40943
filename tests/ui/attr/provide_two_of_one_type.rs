use tool_runtime::Provide;

struct Db;

#[derive(Provide)]
struct App {
    main: Db,
    replica: Db,
}

fn main() {}
