use tool_runtime::{Key, KeyText};

#[derive(Key)]
struct Wrapped<T>(Option<T>);

struct Order;

fn main() {
    let _ = KeyText::of(&Wrapped(Some(Order)));
}
