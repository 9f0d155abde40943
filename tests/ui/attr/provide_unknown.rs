// errors: 2
use tool_runtime::Provide;

struct Db;

#[derive(Provide)]
struct App {
    #[provide(hidden)]
    main: Db,
    #[provide(skip)]
    #[provide(skip)]
    replica: Db,
}

fn main() {}
