//! Are calls taken for the same where they are, and nowhere else?

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::same(bytes));
