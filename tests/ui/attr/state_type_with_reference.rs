use tool_runtime::tool;

/// Count.
#[tool]
async fn count(#[state] names: &Vec<&str>) -> usize {
    names.len()
}

fn main() {}
