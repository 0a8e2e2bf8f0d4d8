//! Notes of meetings: found by their own kind of filter, and made of recordings.

#[path = "../common/mod.rs"]
mod common;
mod make;
mod query;
