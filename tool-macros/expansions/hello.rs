/// Says hello.
#[cfg(feature = "greetings")]
#[tool]
async fn hello() {}
