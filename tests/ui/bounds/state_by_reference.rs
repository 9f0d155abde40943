use tool_runtime::{Bound, Toolbox};

struct Db;

fn serve(toolbox: &Toolbox<Db>, db: &Db) -> Bound<Db> {
    toolbox.bind(db)
}

fn main() {}
