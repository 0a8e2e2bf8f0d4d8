use jiff::{Timestamp, Zoned, civil};
use notion_schema::json::Writer;

use crate::id::{PageId, UserId};
use crate::property::{DateOrRange, DateOrTime, NotionOption, UniqueId, UserRef, WriteError};
use crate::row::Row;

/// A value that a filter compares a column with.
///
/// `C` is what the column's type [compares with](crate::property::Property::Operand): an enum for a column of that
/// enum, text for a column of text.
#[diagnostic::on_unimplemented(
    message = "a column that is compared with `{C}` cannot be compared with `{Self}`",
    label = "not a value to compare this column with",
    note = "text compares with `&str`, numbers with any number, a checkbox with `bool`, an option with its enum",
    note = "dates compare with `jiff::civil::Date`, `jiff::Timestamp`, `&jiff::Zoned` or `RelativeDate`",
    note = "relations compare with `PageId` or `&Row`, people with `UserId`, `&UserRef` or `Me`",
    note = "unique ids compare with a number or text such as `\"TASK-42\"`, a verification with `VerificationStatus`",
    note = "leave out `Some`; for an empty value there is `is_empty()`"
)]
pub trait Operand<C> {
    /// Writes the value as Notion's filters take it.
    ///
    /// # Errors
    /// When no filter takes it.
    fn write(&self, json: &mut Writer) -> Result<(), WriteError>;

    /// What the ids in the column must begin with: `TASK` of `"TASK-42"`.
    #[doc(hidden)]
    fn prefix(&self) -> Option<&str> {
        None
    }
}

/// What columns of numbers compare with: any number.
#[derive(Debug, Clone, Copy)]
pub enum AnyNumber {}

/// The person who authorized the connection: `Task::OWNER.contains(Me)`.
///
/// For an internal connection there is no such person: `contains(Me)` finds nothing.
///
/// Source: <https://developers.notion.com/reference/filter-data-source-entries#people>.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Me;

/// A day that moves with the calendar.
///
/// Notion works it out when the query runs.
///
/// ```
/// # use notion_core::prelude::*;
/// # #[derive(NotionRow)]
/// # struct Task { #[notion(title)] name: String, due: Option<DateOrRange> }
/// let late = Task::DUE.before(RelativeDate::Today);
/// assert_eq!(late.to_json()?.as_deref(), Some(r#"{"property":"due","date":{"before":"today"}}"#));
/// # Ok::<(), notion_core::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the names are Notion's, and say all")]
pub enum RelativeDate {
    Today,
    Tomorrow,
    Yesterday,
    OneWeekAgo,
    OneWeekFromNow,
    OneMonthAgo,
    OneMonthFromNow,
}

/// What a filter finds a page's verification to be.
///
/// Filters say `None` where the value of the column is unverified or missing.
///
/// Source: <https://developers.notion.com/reference/filter-data-source-entries#verification>.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the names are Notion's, and say all")]
pub enum VerificationStatus {
    Verified,
    Expired,
    None,
}

impl<T: NotionOption> Operand<T> for T {
    fn write(&self, json: &mut Writer) -> Result<(), WriteError> {
        json.string(self.name());
        Ok(())
    }
}

impl<T: NotionOption> Operand<T> for &T {
    fn write(&self, json: &mut Writer) -> Result<(), WriteError> {
        json.string(self.name());
        Ok(())
    }
}

impl Operand<String> for &str {
    fn write(&self, json: &mut Writer) -> Result<(), WriteError> {
        json.string(self);
        Ok(())
    }
}

impl Operand<bool> for bool {
    fn write(&self, json: &mut Writer) -> Result<(), WriteError> {
        json.bool(*self);
        Ok(())
    }
}

macro_rules! numbers {
    ($($number:ty)*) => {$(
        impl Operand<AnyNumber> for $number {
            fn write(&self, json: &mut Writer) -> Result<(), WriteError> {
                crate::property::WritableProperty::write(self, json)
            }
        }

        impl Operand<UniqueId> for $number {
            fn write(&self, json: &mut Writer) -> Result<(), WriteError> {
                Operand::<AnyNumber>::write(self, json)
            }
        }
    )*};
}

numbers! { i8 i16 i32 i64 isize u8 u16 u32 u64 usize f32 f64 }

macro_rules! dates {
    ($($date:ty)*) => {$(
        impl Operand<DateOrRange> for $date {
            fn write(&self, json: &mut Writer) -> Result<(), WriteError> {
                json.string(&DateOrTime::from(*self).to_string());
                Ok(())
            }
        }
    )*};
}

dates! { civil::Date Timestamp &Zoned DateOrTime }

impl Operand<DateOrRange> for RelativeDate {
    fn write(&self, json: &mut Writer) -> Result<(), WriteError> {
        json.string(match self {
            Self::Today => "today",
            Self::Tomorrow => "tomorrow",
            Self::Yesterday => "yesterday",
            Self::OneWeekAgo => "one_week_ago",
            Self::OneWeekFromNow => "one_week_from_now",
            Self::OneMonthAgo => "one_month_ago",
            Self::OneMonthFromNow => "one_month_from_now",
        });
        Ok(())
    }
}

impl Operand<VerificationStatus> for VerificationStatus {
    fn write(&self, json: &mut Writer) -> Result<(), WriteError> {
        json.string(match self {
            Self::Verified => "verified",
            Self::Expired => "expired",
            Self::None => "none",
        });
        Ok(())
    }
}

impl Operand<PageId> for PageId {
    fn write(&self, json: &mut Writer) -> Result<(), WriteError> {
        json.string(&self.to_string());
        Ok(())
    }
}

impl<T> Operand<PageId> for &Row<T> {
    fn write(&self, json: &mut Writer) -> Result<(), WriteError> {
        Operand::<PageId>::write(&self.id(), json)
    }
}

impl Operand<UserRef> for UserId {
    fn write(&self, json: &mut Writer) -> Result<(), WriteError> {
        json.string(&self.to_string());
        Ok(())
    }
}

impl Operand<UserRef> for &UserRef {
    fn write(&self, json: &mut Writer) -> Result<(), WriteError> {
        self.id.write(json)
    }
}

impl Operand<UserRef> for Me {
    fn write(&self, json: &mut Writer) -> Result<(), WriteError> {
        json.string("me");
        Ok(())
    }
}
