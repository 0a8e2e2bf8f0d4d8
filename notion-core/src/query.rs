//! Filters and sorts that know their columns, and the queries made of them.
//!
//! A row type has a [`Column`] for each field, and a column has the operators of its kind (see [`family`]): another one does
//! not compile, and the compiler says which there are.
//!
//! ```
//! use notion_core::prelude::*;
//! use notion_core::query::{Me, created_time};
//!
//! #[derive(NotionRow)]
//! struct Task {
//!     #[notion(title, name = "Name")]
//!     name: String,
//!     #[notion(name = "State")]
//!     state: Option<State>,
//!     #[notion(name = "Tags")]
//!     tags: Vec<String>,
//!     #[notion(name = "Due")]
//!     due: Option<DateOrRange>,
//!     #[notion(name = "Owner")]
//!     owner: Vec<UserRef>,
//!     #[notion(name = "Done")]
//!     done: bool,
//! }
//!
//! #[derive(NotionOption)]
//! enum State {
//!     Todo,
//!     Doing,
//!     Dropped,
//! }
//!
//! let mine = !Task::DONE & Task::OWNER.contains(Me) & Task::STATE.is_none_of([State::Todo, State::Dropped]);
//! let soon = Task::DUE.before(RelativeDate::OneWeekFromNow) | Task::TAGS.contains_any_of(["urgent", "late"]);
//! let filter = mine & soon & created_time().past_year();
//! assert_eq!(
//!     filter.to_string(),
//!     concat!(
//!         r#"Done.is(false) & Owner.contains("me") & State.is_none_of(["Todo","Dropped"]) & "#,
//!         r#"(Due.before("one_week_from_now") | Tags.contains_any_of(["urgent","late"])) & created_time().past_year()"#
//!     )
//! );
//! ```
//!
//! # Which kind has which operators
//!
//! | kind | operators | compared with |
//! |---|---|---|
//! | title, rich text, URL, e-mail, phone number, formula of text | `eq`, `ne`, `is_any_of`, `is_none_of`, `contains`, `does_not_contain`, `contains_any_of`, `contains_none_of`, `starts_with`, `ends_with`, `is_empty`, `is_not_empty` | `&str`, `String` |
//! | number, unique id, formula or rollup of a number | `eq`, `ne`, `is_any_of`, `is_none_of`, `gt`, `ge`, `lt`, `le`, `is_empty`, `is_not_empty` | any number; a unique id with `"TASK-42"` as well |
//! | checkbox, formula of a checkbox | `is`, `eq`, `ne`, `is_any_of`, `is_none_of`; the column is a filter by itself | `bool` |
//! | select | `eq`, `ne`, `is_any_of`, `is_none_of`, `is_empty`, `is_not_empty` | the enum |
//! | status | those of select, and `in_group`, `not_in_group` | the enum; [`StatusGroup`](crate::StatusGroup) |
//! | multi-select | `contains`, `does_not_contain`, `contains_any_of`, `contains_none_of`, `is_empty`, `is_not_empty` | the enum |
//! | date, formula or rollup of a date | `eq`, `ne`, `is_any_of`, `is_none_of`, `before`, `after`, `on_or_before`, `on_or_after`, `past_week`, `past_month`, `past_year`, `this_week`, `next_week`, `next_month`, `next_year`, `is_empty`, `is_not_empty` | a day, a moment, [`RelativeDate`] |
//! | created time, last edited time | those of a date, but they are never empty; [`created_time`] and [`last_edited_time`] need no column | the same |
//! | people, created by, last edited by | `contains`, `does_not_contain`, `contains_any_of`, `contains_none_of`, `is_empty`, `is_not_empty` | [`UserId`](crate::UserId), [`UserRef`](crate::UserRef), [`Me`] |
//! | relation | the same | [`PageId`](crate::PageId), `&Row` |
//! | files | `is_empty`, `is_not_empty` | |
//! | verification | `is`, `eq`, `ne`, `is_any_of`, `is_none_of` | [`VerificationState`](crate::VerificationState) |
//! | rollup of values | `any()`, `every()` or `none()`, and then those of the values | |
//! | place, button, JSON | none: Notion has no filter for them | |
//!
//! Values are compared by reference as well: `is_any_of(&days)` takes a slice.
//!
//! Who created or edited a page can be asked only where the data source has a column for it.
//!
//! # What becomes of a filter
//!
//! Notion knows no negation, two levels of groups, and 100 conditions side by side. A filter is brought into that form without
//! changing what it means: `!` becomes the opposite operator, and takes in the rows without a value as `!` must; groups are
//! merged or multiplied out. Where there is no such form (`!starts_with`, `!this_week`) the query is an error, and nothing is
//! sent.
//!
//! Conditions that say that a value differs (`ne`, `does_not_contain`, `is_none_of`) are also true of rows without a value.
//!
//! Source: <https://developers.notion.com/reference/filter-data-source-entries>.

mod column;
mod condition;
mod filter;
mod flatten;
mod key;
mod many;
mod operand;
mod operator;
mod operators;
mod past_limit;
mod raw;
mod rollup;
mod rows;
mod rules;
mod select;
mod sort;
mod source;
#[cfg(test)]
mod tests;

pub mod family;

pub use column::{Column, ReadOnly, ReadWrite, Settable, created_time, last_edited_time};
#[doc(hidden)]
pub use column::{column, read_only, stand_in};
pub(crate) use filter::Asked;
pub use filter::{Filter, IntoFilter};
pub use flatten::Flatten;
pub use operand::{AnyNumber, Me, Operand, RelativeDate};
pub use rows::{RowPage, Rows};
pub use select::Query;
pub use sort::Sort;
pub(crate) use source::Source;
