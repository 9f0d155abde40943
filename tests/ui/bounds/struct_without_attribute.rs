// errors: 2
use tool_runtime::{Toolbox, tools};

struct GetCustomer {}

fn main() {
    let _ = Toolbox::new(tools![GetCustomer]);
}
