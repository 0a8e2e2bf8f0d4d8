//! What the compiler says to mistakes, and that it says nothing to what is none.
//!
//! `TRYBUILD=overwrite cargo test -p notion-derive --test ui` writes the expected texts anew. They are those of the
//! toolchain that `rust-toolchain.toml` pins.

use std::fs;
use std::path::Path;

#[test]
fn ui() {
    snapshots();
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/ui/row/*.rs");
    cases.compile_fail("tests/ui/field/*.rs");
    cases.compile_fail("tests/ui/option/*.rs");
    cases.compile_fail("tests/ui/schema/*.rs");
    cases.compile_fail("tests/ui/types/*.rs");
    cases.pass("tests/ui/pass/*.rs");
}

/// The paths of snapshots begin at the folder of `Cargo.toml`, and trybuild compiles with one of its own.
fn snapshots() {
    let there = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../tests/trybuild/notion-derive/notion");
    fs::create_dir_all(&there).unwrap();
    for file in fs::read_dir("tests/ui/notion").unwrap() {
        let file = file.unwrap();
        fs::copy(file.path(), there.join(file.file_name())).unwrap();
    }
}
