/// Says hello.
#[tool(discover = app::App, pure)]
pub async fn hello() -> &'static str {
    "hello"
}
