use tool_runtime::tool;

struct App(std::rc::Rc<u8>);

/// Says hello.
#[tool(discover = App)]
async fn hello() {}

fn main() {
    let _ = App(std::rc::Rc::new(1)).0;
}
