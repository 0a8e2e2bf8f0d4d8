//! What a row says, in one form for all readers.

use jiff::Timestamp;
use jiff::civil::Date;

#[derive(Debug, PartialEq)]
pub(crate) struct Facts {
    pub(crate) id: String,
    pub(crate) task: String,
    pub(crate) notes: String,
    pub(crate) points: Option<f64>,
    pub(crate) priority: Option<String>,
    pub(crate) tags: Vec<String>,
    pub(crate) status: Option<String>,
    pub(crate) due: Option<(When, Option<When>)>,
    pub(crate) done: bool,
    pub(crate) link: Option<String>,
    pub(crate) contact: Option<String>,
    pub(crate) related: Vec<String>,
    pub(crate) owners: Vec<Owner>,
}

/// A moment without its offset, because one of the rivals throws that away.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum When {
    Day(Date),
    Moment(Timestamp),
}

#[derive(Debug, PartialEq)]
pub(crate) struct Owner {
    pub(crate) id: String,
    pub(crate) name: Option<String>,
    pub(crate) email: Option<String>,
}

impl When {
    /// From what the API writes, or from what a date type prints.
    pub(crate) fn parse(text: &str) -> Self {
        match text.parse() {
            Ok(moment) => Self::Moment(moment),
            Err(_) => Self::Day(text.parse().expect("a day or a moment")),
        }
    }
}
