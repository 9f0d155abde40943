//! Is a batch what its calls are one by one, and as fast as their conflicts let it?

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::serial(bytes));
