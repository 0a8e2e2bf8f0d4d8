use std::sync::Arc;

use notion_schema::json::Writer;

use super::date::DateOrRange;
use super::option::{NotionOption, OneOption};
use super::{Property, WriteError};
use crate::kind::{Checkbox, Clearable, Date, Email, Kind, Number, PhoneNumber, RichText, Title, Url};
use crate::query::{AnyNumber, Operand};

/// A value that can tell a row from all others: see [`KeyedRow`](crate::KeyedRow).
///
/// It is one that Notion compares for equality. Two of its comparisons are coarser than Rust's: moments are compared to the
/// minute, and a date that is a range is compared by its first day, and so is refused here.
#[diagnostic::on_unimplemented(
    message = "`{Self}` in a Notion `{K}` column cannot be a key",
    label = "not a type for a key",
    note = "a key is text, a number, a day or moment, a checkbox, an option, a URL, an e-mail address or a phone number"
)]
pub trait KeyValue<K: Kind>: Property<K> {
    /// The operand of `equals` as JSON, or `None` for a value that is empty.
    ///
    /// # Errors
    /// When Notion has no way to compare the value.
    fn key_operand(&self) -> Result<Option<String>, WriteError>;
}

fn operand<C>(value: &impl Operand<C>) -> Result<Option<String>, WriteError> {
    let mut json = Writer::new();
    value.write(&mut json)?;
    Ok(Some(json.into_string()))
}

#[diagnostic::do_not_recommend]
impl<K: Clearable, T: KeyValue<K>> KeyValue<K> for Option<T> {
    fn key_operand(&self) -> Result<Option<String>, WriteError> {
        self.as_ref().map_or(Ok(None), T::key_operand)
    }
}

#[diagnostic::do_not_recommend]
impl<K: OneOption, T: NotionOption> KeyValue<K> for T {
    fn key_operand(&self) -> Result<Option<String>, WriteError> {
        operand::<T>(&self)
    }
}

impl KeyValue<Checkbox> for bool {
    fn key_operand(&self) -> Result<Option<String>, WriteError> {
        operand(self)
    }
}

impl KeyValue<Date> for DateOrRange {
    fn key_operand(&self) -> Result<Option<String>, WriteError> {
        if self.end.is_some() {
            return Err(WriteError::new(format!(
                "is the range {self}, and a key is a single day or moment"
            )));
        }
        operand(&self.start)
    }
}

impl KeyValue<Url> for url::Url {
    fn key_operand(&self) -> Result<Option<String>, WriteError> {
        operand::<String>(&self.as_str())
    }
}

macro_rules! texts {
    ($($text:ty { $($kind:ty)* })*) => {$($(
        impl KeyValue<$kind> for $text {
            fn key_operand(&self) -> Result<Option<String>, WriteError> {
                let text: &str = self;
                if text.is_empty() { Ok(None) } else { operand::<String>(&text) }
            }
        }
    )*)*};
}

macro_rules! numbers {
    ($($(#[$attr:meta])* $number:ty)*) => {$(
        $(#[$attr])*
        impl KeyValue<Number> for $number {
            fn key_operand(&self) -> Result<Option<String>, WriteError> {
                operand::<AnyNumber>(self)
            }
        }
    )*};
}

texts! {
    String { Title RichText Url Email PhoneNumber }
    Box<str> { Title RichText Url Email PhoneNumber }
    Arc<str> { Title RichText Url Email PhoneNumber }
}

numbers! { i8 i16 i32 i64 isize u8 u16 u32 u64 usize f32 f64 #[cfg(feature = "rust_decimal")] rust_decimal::Decimal }
