use tool_runtime::Provide;

struct Db;

#[derive(Provide)]
#[provide(skip)]
struct App {
    db: Db,
}

fn main() {}
