use std::fmt;
use std::marker::PhantomData;

use notion_schema::json::Writer;

use super::column::Place;
use crate::row::Target;

/// An order of the rows of `R`, made by [`Column::asc`](crate::Column::asc) or [`Column::desc`](crate::Column::desc).
///
/// A select or status column sorts by the order of its options.
pub struct Sort<R> {
    place: Place,
    direction: &'static str,
    row: PhantomData<fn() -> R>,
}

impl<R> Sort<R> {
    pub(super) fn new(place: Place, direction: &'static str) -> Self {
        Self {
            place,
            direction,
            row: PhantomData,
        }
    }

    pub(super) fn write(self, json: &mut Writer, target: Target<'_>) {
        json.begin_object();
        match (self.place, target) {
            (Place::Column { index, .. }, Target::Bound(binding)) => {
                json.key("property").string(binding.id(index));
            }
            (Place::Column { name, .. }, Target::Unbound) => json.key("property").string(name),
            (Place::PageTime(name), _) => json.key("timestamp").string(name),
        }
        json.key("direction").string(self.direction);
        json.end_object();
    }
}

impl<R> Clone for Sort<R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R> Copy for Sort<R> {}

impl<R> fmt::Debug for Sort<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.place.name(), self.direction)
    }
}
