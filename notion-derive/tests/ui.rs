//! What the compiler says to mistakes, and that it says nothing to what is none.
//!
//! `TRYBUILD=overwrite cargo test -p notion-derive --test ui` writes the expected texts anew. They are those of the
//! toolchain that `rust-toolchain.toml` pins.

#[test]
fn ui() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/ui/row/*.rs");
    cases.compile_fail("tests/ui/option/*.rs");
    cases.compile_fail("tests/ui/types/*.rs");
    cases.pass("tests/ui/pass/*.rs");
}
