//! Blocks: every type made, read back and changed; limits, places, synced blocks, the trash; rich text.

mod change;
#[path = "../common/mod.rs"]
mod common;
mod desk;
mod limits;
mod make;
mod place;
mod words;
