//! Is a text redacted, whatever it is?

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::redaction(bytes));
