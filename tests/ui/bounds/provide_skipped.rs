use tool_runtime::{Provide, Toolbox, tool, tools};

struct Db;
struct Secret;

#[derive(Provide)]
struct App {
    db: Db,
    #[provide(skip)]
    secret: Secret,
}

/// Tell the secret.
#[tool]
async fn tell(#[state] secret: &Secret) {
    let _ = secret;
}

/// Tell no secret.
#[tool]
async fn keep(#[state] db: &Db) {
    let _ = db;
}

fn main() {
    let _ = Toolbox::<App>::builder().tools(tools![keep, tell]).build();
}
