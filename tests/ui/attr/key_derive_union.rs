use tool_runtime::Key;

#[derive(Key)]
union Word {
    signed: i32,
    unsigned: u32,
}

fn main() {}
