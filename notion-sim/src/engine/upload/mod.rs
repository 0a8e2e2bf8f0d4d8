//! File uploads: the record, the steps until the file is there, the places it is used in.

mod receive;
mod record;
mod reference;
mod seeded;

pub(crate) use receive::{Received, describe, too_large};
pub(crate) use record::{Mode, Status, Upload};
pub(crate) use reference::{
    FILES, admit, at_address, attach, belongs_to, reference, referenced, resolve, usable,
};
