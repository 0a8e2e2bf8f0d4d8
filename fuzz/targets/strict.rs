#![no_main]

use libfuzzer_sys::fuzz_target;
use notion_fuzz::{judge, split};

fuzz_target!(|data: &[u8]| {
    let (text, choices) = split(data);
    judge::strict(&text, choices);
});
