use tool_runtime::Provide;

trait Mailer: Send + Sync {}

struct Smtp;

#[derive(Provide)]
struct App {
    #[provide(dyn Mailer)]
    mailer: Smtp,
}

fn main() {}
