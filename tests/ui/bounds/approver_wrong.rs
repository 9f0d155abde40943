use tool_runtime::approval::ApprovalRequest;
use tool_runtime::{Toolbox, tool, tools};

/// Pay somebody.
#[tool(approval)]
async fn pay() {}

async fn decide(request: ApprovalRequest) -> bool {
    request.index() == 0
}

fn main() {
    let toolbox = Toolbox::new(tools![pay]).unwrap();
    let desk = toolbox.bind(()).approved_by(decide);
}
