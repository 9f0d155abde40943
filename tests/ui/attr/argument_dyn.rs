use tool_runtime::tool;

trait Mailer {}

/// Send a letter.
#[tool]
async fn send(
    /// How.
    mailer: &dyn Mailer,
) {
    let _ = mailer;
}

fn main() {}
