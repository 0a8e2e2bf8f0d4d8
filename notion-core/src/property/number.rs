#[cfg(feature = "rust_decimal")]
mod decimal;

use notion_schema::json::{Reader, Writer};

use super::{HasKind, Property, ReadError, WritableProperty, WriteError};
use crate::kind::Number;
use crate::query::AnyNumber;

/// The whole numbers that a JSON number, which is a double in Notion, holds without gaps.
const MAX_EXACT: u64 = 1 << 53;

macro_rules! floats {
    ($($float:ty)*) => {$(
        impl Property<Number> for $float {
            type Operand = AnyNumber;

            fn blank() -> Self {
                0.0
            }

            fn read(&mut self, json: &mut Reader<'_>) -> Result<(), ReadError> {
                let text = number(json)?;
                *self = text
                    .parse()
                    .ok()
                    .filter(|number: &Self| number.is_finite())
                    .ok_or_else(|| ReadError::Unfit(format!("is {text}, which does not fit in `{}`", stringify!($float))))?;
                Ok(())
            }
        }

        impl WritableProperty<Number> for $float {
            fn write(&self, json: &mut Writer) -> Result<(), WriteError> {
                if !self.is_finite() {
                    return Err(WriteError::new(format!("is {self}, and Notion holds finite numbers only")));
                }
                // In its own digits: as an `f64`, the `f32` 0.1 has others.
                json.number(self.to_string().parse().unwrap_or_default());
                Ok(())
            }
        }

        impl HasKind for $float {
            type Kind = Number;
        }
    )*};
}

macro_rules! integers {
    ($($integer:ty)*) => {$(
        impl Property<Number> for $integer {
            type Operand = AnyNumber;

            fn blank() -> Self {
                0
            }

            fn read(&mut self, json: &mut Reader<'_>) -> Result<(), ReadError> {
                let text = number(json)?;
                *self = whole(text)
                    .and_then(|number| number.try_into().ok())
                    .ok_or_else(|| ReadError::Unfit(format!("is {text}, which does not fit in `{}`", stringify!($integer))))?;
                Ok(())
            }
        }

        impl WritableProperty<Number> for $integer {
            fn write(&self, json: &mut Writer) -> Result<(), WriteError> {
                let number = *self as i128;
                if number.unsigned_abs() > u128::from(MAX_EXACT) {
                    return Err(WriteError::new(format!(
                        "is {number}, and Notion holds whole numbers exactly only up to {MAX_EXACT}"
                    )));
                }
                json.integer(number);
                Ok(())
            }
        }

        impl HasKind for $integer {
            type Kind = Number;
        }
    )*};
}

floats! { f32 f64 }
integers! { i8 i16 i32 i64 isize u8 u16 u32 u64 usize }

fn number<'a>(json: &mut Reader<'a>) -> Result<&'a str, ReadError> {
    if json.null() {
        Err(ReadError::Empty)
    } else {
        Ok(json.number()?)
    }
}

/// The number if it has no fraction, in whichever way it is written.
pub(super) fn whole(text: &str) -> Option<i128> {
    text.parse().ok().or_else(|| {
        let number: f64 = text.parse().ok()?;
        // Beyond 2^53 a double no longer tells a whole number from its neighbours.
        (number.fract() == 0.0 && number.abs() <= MAX_EXACT as f64).then_some(number as i128)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<T: Property<Number>>(json: &str) -> Result<T, ReadError> {
        let mut value = T::blank();
        value.read(&mut Reader::new(json)).map(|()| value)
    }

    #[test]
    fn integers_are_read_exactly_or_not_at_all() {
        assert_eq!(read::<i64>("17"), Ok(17));
        assert_eq!(read::<i64>("17.0"), Ok(17));
        assert_eq!(read::<u8>("1.2e2"), Ok(120));
        assert_eq!(read::<i64>("9007199254740993"), Ok(9_007_199_254_740_993));
        assert_eq!(
            read::<u8>("256").unwrap_err().to_string(),
            "is 256, which does not fit in `u8`"
        );
        assert_eq!(
            read::<u32>("-1").unwrap_err().to_string(),
            "is -1, which does not fit in `u32`"
        );
        assert_eq!(
            read::<i64>("17.5").unwrap_err().to_string(),
            "is 17.5, which does not fit in `i64`"
        );
        assert_eq!(read::<f64>("null"), Err(ReadError::Empty));
        assert_eq!(read::<Option<i64>>("null"), Ok(None));
    }

    #[test]
    fn numbers_that_notion_would_change_are_refused() {
        let mut json = Writer::new();
        assert!(f64::NAN.write(&mut json).is_err());
        assert!((i64::MAX).write(&mut json).is_err());
        assert!((1_i64 << 53).write(&mut json).is_ok());
        assert_eq!(json.as_str(), "9007199254740992");
    }
}
