//! Is a schema refused or kept, whatever it is?

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::schema(bytes));
