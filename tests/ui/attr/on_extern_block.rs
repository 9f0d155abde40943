use tool_runtime::tool;

#[tool]
unsafe extern "C" {
    fn get_customer();
}

fn main() {}
