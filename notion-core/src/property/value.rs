use jiff::{Timestamp, Zoned, civil};

use super::DateOrRange;

/// What a column of `V` can be set to: a `V`, or something that is plainly meant as one.
#[diagnostic::on_unimplemented(
    message = "a column of `{V}` cannot be set to `{Self}`",
    label = "not a value for this column",
    note = "text takes `&str` or `String`, a date `jiff::civil::Date`, `jiff::Timestamp` or `&jiff::Zoned`, options their enum, a list a `Vec` of what the field holds",
    note = "`clear` empties a column; a column that may be empty is an `Option`"
)]
pub trait IntoValue<V> {
    /// The value.
    fn into_value(self) -> V;
}

impl<V> IntoValue<V> for V {
    fn into_value(self) -> V {
        self
    }
}

impl<V> IntoValue<Option<V>> for V {
    fn into_value(self) -> Option<V> {
        Some(self)
    }
}

macro_rules! meant_as {
    ($($given:ty => $value:ty;)*) => {$(
        impl IntoValue<$value> for $given {
            fn into_value(self) -> $value {
                self.into()
            }
        }

        impl IntoValue<Option<$value>> for $given {
            fn into_value(self) -> Option<$value> {
                Some(self.into())
            }
        }
    )*};
}

meant_as! {
    &str => String;
    &String => String;
    civil::Date => DateOrRange;
    Timestamp => DateOrRange;
    &Zoned => DateOrRange;
}

impl IntoValue<Vec<String>> for &[&str] {
    fn into_value(self) -> Vec<String> {
        self.iter().map(|&text| text.to_owned()).collect()
    }
}

impl IntoValue<Vec<String>> for Vec<&str> {
    fn into_value(self) -> Vec<String> {
        self.as_slice().into_value()
    }
}

impl<const N: usize> IntoValue<Vec<String>> for [&str; N] {
    fn into_value(self) -> Vec<String> {
        self.as_slice().into_value()
    }
}
