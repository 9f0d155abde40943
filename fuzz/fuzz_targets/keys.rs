//! Does a call wait where keys overlap and nowhere else, whatever the templates are?

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::keys(bytes));
