use crate::json::Reader;
use crate::schema::Property;

/// What a rollup column rolls up, of which related pages.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RolledUp {
    /// The name of the relation column that leads to the related pages.
    pub relation: String,
    /// The name of the column of theirs.
    pub property: String,
    /// The id of that column. Here, and nowhere else, the API does not percent-encode it.
    pub property_id: String,
    /// What is made of the values: `sum`, `show_original`, ….
    pub function: String,
}

impl Property {
    /// What a rollup rolls up; `None` for a column that is none, or where Notion does not say.
    ///
    /// Source: <https://developers.notion.com/reference/property-object#rollup>.
    ///
    /// ```
    /// use notion_schema::DataSource;
    ///
    /// let source = DataSource::from_json(r#"{"object": "data_source", "id": "d", "title": [], "properties": {
    ///     "Hours": {"id": "h", "name": "Hours", "type": "rollup", "rollup": {
    ///         "relation_property_name": "Tasks", "relation_property_id": "t",
    ///         "rollup_property_name": "Estimate", "rollup_property_id": "e", "function": "sum"
    ///     }}
    /// }}"#)?;
    /// let rolled_up = source.property("Hours").and_then(|property| property.rolled_up()).unwrap();
    /// assert_eq!((&*rolled_up.relation, &*rolled_up.function), ("Tasks", "sum"));
    /// # Ok::<(), notion_schema::SchemaError>(())
    /// ```
    #[must_use]
    pub fn rolled_up(&self) -> Option<RolledUp> {
        let mut rolled_up = RolledUp {
            relation: String::new(),
            property: String::new(),
            property_id: String::new(),
            function: String::new(),
        };
        let mut reader = Reader::new(self.json());
        reader.begin_object().ok()?;
        while let Some(key) = reader.key().ok()? {
            if key != "rollup" {
                reader.skip().ok()?;
                continue;
            }
            reader.begin_object().ok()?;
            while let Some(key) = reader.key().ok()? {
                let text = match &*key {
                    "relation_property_name" => &mut rolled_up.relation,
                    "rollup_property_name" => &mut rolled_up.property,
                    "rollup_property_id" => &mut rolled_up.property_id,
                    "function" => &mut rolled_up.function,
                    _ => {
                        reader.skip().ok()?;
                        continue;
                    }
                };
                *text = reader.string().ok()?.into_owned();
            }
        }
        (!rolled_up.relation.is_empty()).then_some(rolled_up)
    }
}
