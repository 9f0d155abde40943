use tool_runtime::Provide;

struct Db;
type Replica = Db;

#[derive(Provide)]
struct App {
    main: Db,
    replica: Replica,
}

fn main() {}
