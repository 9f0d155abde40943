// errors: 3
use std::sync::Arc;

use tool_runtime::Provide;

struct Db;
struct Cache;

#[derive(Provide)]
struct App {
    main: Arc<Db>,
    replica: Db,
    cache: Cache,
    other: Arc<Cache>,
}

#[derive(Provide)]
struct Twice {
    main: Arc<Db>,
    replica: Arc<Db>,
}

fn main() {}
