use tool_runtime::Provide;

struct Db;

#[derive(Provide)]
#[provide(crate = ::tool_runtime)]
#[provide(crate = ::tool_runtime)]
struct App {
    db: Db,
}

fn main() {}
