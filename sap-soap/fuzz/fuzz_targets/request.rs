#![no_main]

#[path = "../../tests/fuzz/targets.rs"]
#[expect(dead_code, reason = "each program drives one target")]
mod targets;

libfuzzer_sys::fuzz_target!(|data: &[u8]| targets::request(data));
