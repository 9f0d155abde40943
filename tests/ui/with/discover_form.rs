use tool_runtime::tool;

/// One.
#[tool(discover)]
async fn one() {}

/// Two.
#[tool(discover = "App")]
async fn two() {}

/// Three.
#[tool(discover(App))]
async fn three() {}

/// Four.
#[tool(discover = Map<u8, u8>)]
async fn four() {}

/// Five.
#[tool(discover = App pure)]
async fn five() {}

fn main() {}
