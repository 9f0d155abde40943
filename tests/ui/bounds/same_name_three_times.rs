// errors: 2
use tool_runtime::{Toolbox, tools};

mod a {
    /// Get a.
    #[tool_runtime::tool]
    pub async fn get() {}
}

mod b {
    /// Get b.
    #[tool_runtime::tool]
    pub async fn get() {}
}

mod c {
    /// Get c.
    #[tool_runtime::tool]
    pub async fn get() {}
}

fn main() {
    let _ = Toolbox::new(tools![a::get, b::get, c::get]);
}
