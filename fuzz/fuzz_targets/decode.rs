//! Is a response read or refused, and are its calls answered, whatever it is?

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::decode(bytes));
