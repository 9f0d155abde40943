use tool_runtime::Provide;

struct Db;

#[derive(Provide)]
struct App {
    #[provide(crate = ::tool_runtime)]
    db: Db,
}

fn main() {}
