//! One JSON reader and one JSON writer, both concrete and both small.
//!
//! The [`Reader`] pulls values out of text where they lie: nothing is buffered, unwanted values are passed
//! over without being looked at, and a position can be returned to, so that the order of keys does not
//! matter. The [`Writer`] appends to one buffer.

mod plain;
mod read;
mod write;

pub use read::{Error, Mark, Reader};
pub use write::Writer;
