use jiff::{Timestamp, Zoned, civil};
use notion_schema::json::Writer;

use crate::id::{PageId, UserId};
use crate::property::{
    DateOrRange, DateOrTime, NotionOption, UniqueId, UserRef, VerificationState, WriteError,
};
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
    note = "unique ids compare with a number or text such as `\"TASK-42\"`, a verification with `VerificationState`",
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
    fn prefix(&self) -> Option<String> {
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

#[diagnostic::do_not_recommend]
impl<T: NotionOption> Operand<T> for T {
    fn write(&self, json: &mut Writer) -> Result<(), WriteError> {
        json.string(self.name());
        Ok(())
    }
}

#[diagnostic::do_not_recommend]
impl<T: NotionOption> Operand<T> for &T {
    fn write(&self, json: &mut Writer) -> Result<(), WriteError> {
        json.string(self.name());
        Ok(())
    }
}

#[diagnostic::do_not_recommend]
impl Operand<String> for &str {
    fn write(&self, json: &mut Writer) -> Result<(), WriteError> {
        json.string(self);
        Ok(())
    }
}

#[diagnostic::do_not_recommend]
impl Operand<bool> for bool {
    fn write(&self, json: &mut Writer) -> Result<(), WriteError> {
        json.bool(*self);
        Ok(())
    }
}

macro_rules! numbers {
    ($($number:ty)*) => {$(
        #[diagnostic::do_not_recommend]
        impl Operand<AnyNumber> for $number {
            fn write(&self, json: &mut Writer) -> Result<(), WriteError> {
                crate::property::WritableProperty::write(self, json)
            }
        }
    )*};
}

numbers! { i8 i16 i32 i64 isize u8 u16 u32 u64 usize f32 f64 }

/// A unique id by its number alone.
macro_rules! whole_numbers {
    ($($number:ty)*) => {$(
        #[diagnostic::do_not_recommend]
        impl Operand<UniqueId> for $number {
            fn write(&self, json: &mut Writer) -> Result<(), WriteError> {
                Operand::<AnyNumber>::write(self, json)
            }
        }
    )*};
}

whole_numbers! { i8 i16 i32 i64 isize u8 u16 u32 u64 usize }

macro_rules! dates {
    ($($date:ty)*) => {$(
        #[diagnostic::do_not_recommend]
        impl Operand<DateOrRange> for $date {
            fn write(&self, json: &mut Writer) -> Result<(), WriteError> {
                json.string(&DateOrTime::from(*self).to_string());
                Ok(())
            }
        }
    )*};
}

dates! { civil::Date Timestamp &Zoned DateOrTime }

/// What is compared by value is so by reference, too: a list is mostly borrowed.
macro_rules! borrowed {
    ($($value:ty => $compared:ty;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl Operand<$compared> for &$value {
            fn write(&self, json: &mut Writer) -> Result<(), WriteError> {
                Operand::<$compared>::write(*self, json)
            }
        }
    )*};
}

borrowed! {
    bool => bool;
    i8 => AnyNumber;
    i16 => AnyNumber;
    i32 => AnyNumber;
    i64 => AnyNumber;
    isize => AnyNumber;
    u8 => AnyNumber;
    u16 => AnyNumber;
    u32 => AnyNumber;
    u64 => AnyNumber;
    usize => AnyNumber;
    f32 => AnyNumber;
    f64 => AnyNumber;
    civil::Date => DateOrRange;
    Timestamp => DateOrRange;
    DateOrTime => DateOrRange;
    UserId => UserRef;
}

#[diagnostic::do_not_recommend]
impl Operand<DateOrRange> for Zoned {
    fn write(&self, json: &mut Writer) -> Result<(), WriteError> {
        (&self).write(json)
    }
}

#[diagnostic::do_not_recommend]
impl Operand<UserRef> for UserRef {
    fn write(&self, json: &mut Writer) -> Result<(), WriteError> {
        self.id.write(json)
    }
}

#[diagnostic::do_not_recommend]
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

/// Filters say `none` of what is unverified, or has no value.
///
/// Source: <https://developers.notion.com/reference/filter-data-source-entries#verification>.
#[diagnostic::do_not_recommend]
impl Operand<VerificationState> for VerificationState {
    fn write(&self, json: &mut Writer) -> Result<(), WriteError> {
        json.string(match self {
            Self::Verified => "verified",
            Self::Expired => "expired",
            Self::Unverified => "none",
            Self::Other(state) => {
                return Err(WriteError::new(format!(
                    "is the state `{state}`, which Notion's filters do not know"
                )));
            }
        });
        Ok(())
    }
}

#[diagnostic::do_not_recommend]
impl Operand<UniqueId> for &UniqueId {
    fn write(&self, json: &mut Writer) -> Result<(), WriteError> {
        json.integer(self.number.into());
        Ok(())
    }

    fn prefix(&self) -> Option<String> {
        self.prefix.clone()
    }
}

#[diagnostic::do_not_recommend]
impl Operand<UniqueId> for UniqueId {
    fn write(&self, json: &mut Writer) -> Result<(), WriteError> {
        (&self).write(json)
    }

    fn prefix(&self) -> Option<String> {
        self.prefix.clone()
    }
}

/// A unique id as people see it: `"TASK-42"`; or its number, `"42"`.
macro_rules! texts {
    ($($text:ty)*) => {$(
        #[diagnostic::do_not_recommend]
        impl Operand<UniqueId> for $text {
            fn write(&self, json: &mut Writer) -> Result<(), WriteError> {
                let id: UniqueId = self
                    .parse()
                    .map_err(|_| WriteError::new(format!("is `{self}`, and a unique id is like `TASK-42` or `42`")))?;
                id.write(json)
            }

            fn prefix(&self) -> Option<String> {
                self.parse::<UniqueId>().ok()?.prefix
            }
        }
    )*};
}

texts! { &str String &String }

#[diagnostic::do_not_recommend]
impl Operand<PageId> for PageId {
    fn write(&self, json: &mut Writer) -> Result<(), WriteError> {
        json.string(&self.to_string());
        Ok(())
    }
}

#[diagnostic::do_not_recommend]
impl<T> Operand<PageId> for &Row<T> {
    fn write(&self, json: &mut Writer) -> Result<(), WriteError> {
        Operand::<PageId>::write(&self.id(), json)
    }
}

#[diagnostic::do_not_recommend]
impl Operand<UserRef> for UserId {
    fn write(&self, json: &mut Writer) -> Result<(), WriteError> {
        json.string(&self.to_string());
        Ok(())
    }
}

#[diagnostic::do_not_recommend]
impl Operand<UserRef> for &UserRef {
    fn write(&self, json: &mut Writer) -> Result<(), WriteError> {
        self.id.write(json)
    }
}

#[diagnostic::do_not_recommend]
impl Operand<UserRef> for Me {
    fn write(&self, json: &mut Writer) -> Result<(), WriteError> {
        json.string("me");
        Ok(())
    }
}
