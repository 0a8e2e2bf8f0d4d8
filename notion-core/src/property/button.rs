use std::convert::Infallible;

use notion_schema::json::Reader;

use super::{HasKind, Property, ReadError};
use crate::kind::Button;

/// A button holds no value; a field of `()` says that there is one.
impl Property<Button> for () {
    /// Notion has no filters for buttons.
    type Operand = Infallible;

    fn blank() -> Self {}

    fn read(&mut self, json: &mut Reader<'_>) -> Result<(), ReadError> {
        Ok(json.skip()?)
    }
}

impl HasKind for () {
    type Kind = Button;
}

#[cfg(test)]
mod tests {
    use super::super::testing::read;
    use super::*;

    #[test]
    fn a_button_is_read_whatever_it_shows() {
        for json in ["{}", "null", r#"{"action":1}"#] {
            assert_eq!(read::<Button, ()>(json), Ok(()));
        }
    }
}
