//! Is what was stored read or refused, whatever it is?

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::stored(bytes));
