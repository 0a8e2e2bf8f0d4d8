use notion_schema::json::{Reader, Writer};

use super::{HasKind, Property, ReadError, WritableProperty, WriteError, at_most, object};
use crate::id::PageId;
use crate::kind::Relation;

impl Property<Relation> for Vec<PageId> {
    type Operand = PageId;

    fn blank() -> Self {
        Self::new()
    }

    fn read(&mut self, json: &mut Reader<'_>) -> Result<(), ReadError> {
        self.clear();
        json.begin_array()?;
        while json.element()? {
            let mut page = None;
            object(json, &["id"], |key, json| {
                if key == "id" {
                    page = Some(super::people::id(json)?);
                }
                Ok(key == "id")
            })?;
            self.push(page.ok_or_else(|| super::without("a page", "id"))?);
        }
        Ok(())
    }
}

impl WritableProperty<Relation> for Vec<PageId> {
    fn write(&self, json: &mut Writer) -> Result<(), WriteError> {
        at_most(self.len(), "pages")?;
        super::people::write_ids(self, json);
        Ok(())
    }
}

impl HasKind for Vec<PageId> {
    type Kind = Relation;
}
