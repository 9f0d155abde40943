//! Is a stream read, wherever it is cut and whatever it is?

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::stream(bytes));
