use tool_runtime::{Toolbox, tool, tools};

struct Db<'a>(&'a str);

/// Count.
#[tool]
async fn count(#[state] db: &Db<'_>) -> usize {
    db.0.len()
}

fn main() {
    let _ = Toolbox::<Db<'static>>::builder()
        .tools(tools![count])
        .build();
}
