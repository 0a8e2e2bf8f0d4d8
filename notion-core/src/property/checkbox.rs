use notion_schema::json::{Reader, Writer};

use super::{HasKind, Property, ReadError, WritableProperty, WriteError};
use crate::kind::Checkbox;

impl Property<Checkbox> for bool {
    type Operand = Self;

    fn blank() -> Self {
        false
    }

    fn read(&mut self, json: &mut Reader<'_>) -> Result<(), ReadError> {
        *self = json.bool()?;
        Ok(())
    }
}

impl WritableProperty<Checkbox> for bool {
    fn write(&self, json: &mut Writer) -> Result<(), WriteError> {
        json.bool(*self);
        Ok(())
    }
}

impl HasKind for bool {
    type Kind = Checkbox;
}
