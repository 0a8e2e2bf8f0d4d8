//! Numbers of the crate `rust_decimal`.

use notion_schema::json::{Reader, Writer};
use rust_decimal::Decimal;

use super::number;
use crate::kind::Number;
use crate::property::{HasKind, Property, ReadError, RollupValue, WritableProperty, WriteError};
use crate::query::{AnyNumber, Operand};

/// A number by its decimal digits. Notion keeps doubles: a number with more digits than one holds is refused.
impl Property<Number> for Decimal {
    type Operand = AnyNumber;

    fn blank() -> Self {
        Self::ZERO
    }

    fn read(&mut self, json: &mut Reader<'_>) -> Result<(), ReadError> {
        let text = number(json)?;
        *self = exact(text).ok_or_else(|| {
            ReadError::Unfit(format!(
                "is {text}, which does not fit in `Decimal`: `f64` holds it"
            ))
        })?;
        Ok(())
    }
}

impl WritableProperty<Number> for Decimal {
    fn write(&self, json: &mut Writer) -> Result<(), WriteError> {
        let double: Option<f64> = self.to_string().parse().ok();
        // A double is shown with as few digits as tell it from others: those are what is read back.
        match double {
            Some(double) if exact(&double.to_string()) == Some(*self) => {
                json.number(double);
                Ok(())
            }
            _ => Err(WriteError::new(format!(
                "is {self}, which has more digits than Notion keeps, about 15"
            ))),
        }
    }
}

impl HasKind for Decimal {
    type Kind = Number;
}

impl RollupValue for Decimal {
    type Result = Number;
}

impl Operand<AnyNumber> for Decimal {
    fn write(&self, json: &mut Writer) -> Result<(), WriteError> {
        WritableProperty::write(self, json)
    }
}

fn exact(text: &str) -> Option<Decimal> {
    // The one refuses digits that it would have to round, and the other knows exponents.
    match Decimal::from_str_exact(text) {
        Ok(number) => Some(number),
        Err(_) if text.contains(['e', 'E']) => Decimal::from_scientific(text).ok(),
        Err(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<Decimal, ReadError> {
        let mut value = Decimal::blank();
        value.read(&mut Reader::new(json)).map(|()| value)
    }

    fn written(text: &str) -> Result<String, WriteError> {
        let mut json = Writer::new();
        WritableProperty::write(&text.parse::<Decimal>().unwrap(), &mut json).map(|()| json.into_string())
    }

    #[test]
    fn digits_are_kept() {
        for (json, shown) in [
            ("0.1", "0.1"),
            ("-12.50", "-12.50"),
            ("1e3", "1000"),
            ("1.5e-7", "0.00000015"),
        ] {
            assert_eq!(read(json).unwrap().to_string(), shown);
        }
        assert_eq!(
            read("1e40").unwrap_err().to_string(),
            "is 1e40, which does not fit in `Decimal`: `f64` holds it"
        );
        assert_eq!(read("null"), Err(ReadError::Empty));
    }

    #[test]
    fn digits_that_notion_would_lose_are_refused() {
        assert_eq!(written("0.1").unwrap(), "0.1");
        assert_eq!(written("12.50").unwrap(), "12.5");
        assert_eq!(written("9007199254740993").unwrap_err().to_string(), {
            "is 9007199254740993, which has more digits than Notion keeps, about 15"
        });
        assert!(written("0.12345678901234567890").is_err());
    }
}
