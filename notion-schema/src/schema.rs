use std::error::Error;
use std::fmt;

use crate::Kind;
use crate::json::{self, Reader};

/// The schema of a data source: what its columns are.
///
/// Since API version 2025-09-03 a database is a container of one or more data sources, and each of these has
/// its own columns. Source: <https://developers.notion.com/reference/data-source>.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DataSource {
    /// The data source's id. It differs from the database's.
    pub id: String,
    /// The database that it belongs to, where the response says so.
    pub database_id: Option<String>,
    /// The title as plain text.
    pub title: String,
    /// The description as plain text.
    pub description: String,
    /// Whether it is in the trash.
    pub in_trash: bool,
    /// The columns in the order of the response, which is that of their ids.
    pub properties: Vec<Property>,
}

/// A column of a data source.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Property {
    /// The id as the API writes it, that is percent-encoded. It outlives a renaming.
    pub id: String,
    /// The name that people see.
    pub name: String,
    /// What the API calls the kind, also where [`kind`](Property::kind) does not know it; empty where it does not say.
    pub type_name: String,
    /// What the column is for, as written by people.
    pub description: Option<String>,
    /// The options of a select, multi-select or status column.
    pub options: Vec<SelectOption>,
    /// The groups that the options of a status column are in.
    pub groups: Vec<OptionGroup>,
    /// What the numbers of a unique id column begin with: `TASK` of `TASK-42`.
    pub prefix: Option<String>,
    json: String,
}

/// An option of a select, multi-select or status column.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SelectOption {
    /// The option's id.
    pub id: String,
    /// The name that people see.
    pub name: String,
    /// One of Notion's colours, such as `blue`.
    pub color: String,
    /// What the option means, as written by people.
    pub description: Option<String>,
}

/// A group of the options of a status column.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct OptionGroup {
    /// The group's id.
    pub id: String,
    /// The name that people see, and may have changed.
    pub name: String,
    /// One of Notion's colours, such as `blue`.
    pub color: String,
    /// The ids of its options.
    pub option_ids: Vec<String>,
}

impl OptionGroup {
    /// What Notion calls the groups of a status, in their order, before people rename them.
    ///
    /// Source: <https://developers.notion.com/reference/property-object#status>.
    pub const NAMES: [&'static str; 3] = ["To-do", "In progress", "Complete"];

    /// Whether its name is none of Notion's.
    #[must_use]
    pub fn is_renamed(&self) -> bool {
        !Self::NAMES.contains(&&*self.name)
    }
}

/// JSON that is not the schema of a data source.
#[derive(Debug, Clone)]
pub struct SchemaError {
    what: String,
    source: Option<json::Error>,
}

impl DataSource {
    /// Reads the `data_source` object of the API.
    ///
    /// # Errors
    /// When the text is not JSON, or is another object than a data source.
    pub fn from_json(json: &str) -> Result<Self, SchemaError> {
        let mut source = Self {
            id: String::new(),
            database_id: None,
            title: String::new(),
            description: String::new(),
            in_trash: false,
            properties: Vec::new(),
        };
        let mut has_properties = false;
        let mut reader = Reader::new(json);
        reader.begin_object()?;
        while let Some(key) = reader.key()? {
            match &*key {
                "object" => {
                    let object = reader.string()?;
                    if object != "data_source" {
                        return Err(SchemaError::new(format!(
                            "expected a `data_source`, found a `{object}`"
                        )));
                    }
                }
                "id" => source.id = reader.string()?.into_owned(),
                "title" => source.title = plain_text(&mut reader)?,
                "description" => source.description = plain_text(&mut reader)?,
                "parent" | "in_trash" if reader.null() => {}
                "parent" => source.database_id = database_id(&mut reader)?,
                "in_trash" => source.in_trash = reader.bool()?,
                "properties" => {
                    source.properties = properties(&mut reader)?;
                    has_properties = true;
                }
                _ => reader.skip()?,
            }
        }
        reader.end()?;
        if source.id.is_empty() || !has_properties {
            return Err(SchemaError::new("a data source needs `id` and `properties`"));
        }
        Ok(source)
    }

    /// The column of that name.
    #[must_use]
    pub fn property(&self, name: &str) -> Option<&Property> {
        self.properties.iter().find(|property| property.name == name)
    }

    /// The column of that id.
    #[must_use]
    pub fn property_by_id(&self, id: &str) -> Option<&Property> {
        self.properties.iter().find(|property| property.id == id)
    }
}

impl Property {
    /// The kind, or `None` where it is one that this version does not know.
    #[must_use]
    pub fn kind(&self) -> Option<Kind> {
        Kind::from_name(&self.type_name)
    }

    /// The group of a status that Notion calls so at first: one of [`OptionGroup::NAMES`].
    ///
    /// People can rename groups. A single one that is renamed is the one whose name is left, and of several the place tells.
    #[must_use]
    pub fn group(&self, name: &str) -> Option<&OptionGroup> {
        let place = OptionGroup::NAMES.iter().position(|own| *own == name)?;
        let by_name = self.groups.iter().find(|group| group.name == name);
        by_name.or_else(|| {
            let mut renamed = self.groups.iter().filter(|group| group.is_renamed());
            match (
                self.groups.len() == OptionGroup::NAMES.len(),
                renamed.next(),
                renamed.next(),
            ) {
                (false, ..) => None,
                (true, only, None) => only,
                (true, ..) => Some(&self.groups[place]).filter(|group| group.is_renamed()),
            }
        })
    }

    /// The property as the API sent it, with all that is not modelled here.
    #[must_use]
    pub fn json(&self) -> &str {
        &self.json
    }

    /// Reads the property in its place, so that an error says where in the whole text it is.
    fn read(name: &str, reader: &mut Reader<'_>) -> Result<Self, SchemaError> {
        let start = reader.mark();
        let mut property = Self {
            id: String::new(),
            name: name.to_owned(),
            type_name: String::new(),
            description: None,
            options: Vec::new(),
            groups: Vec::new(),
            prefix: None,
            json: reader.raw()?.to_owned(),
        };
        reader.rewind(start);
        reader.begin_object()?;
        while let Some(key) = reader.key()? {
            match &*key {
                "id" => property.id = reader.string()?.into_owned(),
                "type" => property.type_name = optional_string(reader)?.unwrap_or_default(),
                "description" => property.description = optional_string(reader)?,
                "select" | "multi_select" | "status" if reader.peek() == Some(b'{') => {
                    property.read_options(reader)?;
                }
                "unique_id" if reader.peek() == Some(b'{') => property.read_prefix(reader)?,
                _ => reader.skip()?,
            }
        }
        if property.id.is_empty() {
            return Err(SchemaError::new(format!("property `{name}` has no `id`")));
        }
        Ok(property)
    }

    fn read_options(&mut self, reader: &mut Reader<'_>) -> Result<(), json::Error> {
        reader.begin_object()?;
        while let Some(key) = reader.key()? {
            match &*key {
                "options" => self.options = list(reader, option)?,
                "groups" => self.groups = list(reader, group)?,
                _ => reader.skip()?,
            }
        }
        Ok(())
    }

    fn read_prefix(&mut self, reader: &mut Reader<'_>) -> Result<(), json::Error> {
        reader.begin_object()?;
        while let Some(key) = reader.key()? {
            match &*key {
                "prefix" => self.prefix = optional_string(reader)?,
                _ => reader.skip()?,
            }
        }
        Ok(())
    }
}

/// The columns of a `properties` object.
pub(crate) fn properties(reader: &mut Reader<'_>) -> Result<Vec<Property>, SchemaError> {
    let mut properties = Vec::new();
    reader.begin_object()?;
    while let Some(name) = reader.key()? {
        properties.push(Property::read(&name, reader)?);
    }
    Ok(properties)
}

fn list<T>(
    reader: &mut Reader<'_>,
    element: fn(&mut Reader<'_>) -> Result<T, json::Error>,
) -> Result<Vec<T>, json::Error> {
    let mut list = Vec::new();
    reader.begin_array()?;
    while reader.element()? {
        list.push(element(reader)?);
    }
    Ok(list)
}

fn option(reader: &mut Reader<'_>) -> Result<SelectOption, json::Error> {
    let mut option = SelectOption::default();
    reader.begin_object()?;
    while let Some(key) = reader.key()? {
        match &*key {
            "id" => reader.string_into(&mut option.id)?,
            "name" => reader.string_into(&mut option.name)?,
            "color" => reader.string_into(&mut option.color)?,
            "description" if reader.peek() == Some(b'"') => {
                option.description = Some(reader.string()?.into_owned());
            }
            _ => reader.skip()?,
        }
    }
    Ok(option)
}

fn group(reader: &mut Reader<'_>) -> Result<OptionGroup, json::Error> {
    let mut group = OptionGroup::default();
    reader.begin_object()?;
    while let Some(key) = reader.key()? {
        match &*key {
            "id" => reader.string_into(&mut group.id)?,
            "name" => reader.string_into(&mut group.name)?,
            "color" => reader.string_into(&mut group.color)?,
            "option_ids" => group.option_ids = list(reader, |id| Ok(id.string()?.into_owned()))?,
            _ => reader.skip()?,
        }
    }
    Ok(group)
}

/// Joins the `plain_text` of rich text items.
pub(crate) fn plain_text(reader: &mut Reader<'_>) -> Result<String, json::Error> {
    let mut text = String::new();
    if reader.null() {
        return Ok(text);
    }
    reader.begin_array()?;
    while reader.element()? {
        reader.begin_object()?;
        while let Some(key) = reader.key()? {
            match &*key {
                "plain_text" => reader.string_into(&mut text)?,
                _ => reader.skip()?,
            }
        }
    }
    Ok(text)
}

fn database_id(reader: &mut Reader<'_>) -> Result<Option<String>, json::Error> {
    let mut id = None;
    reader.begin_object()?;
    while let Some(key) = reader.key()? {
        match &*key {
            "database_id" => id = Some(reader.string()?.into_owned()),
            _ => reader.skip()?,
        }
    }
    Ok(id)
}

pub(crate) fn optional_string(reader: &mut Reader<'_>) -> Result<Option<String>, json::Error> {
    if reader.null() {
        Ok(None)
    } else {
        reader.string().map(|text| Some(text.into_owned()))
    }
}

impl SchemaError {
    pub(crate) fn new(what: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            source: None,
        }
    }
}

impl From<json::Error> for SchemaError {
    fn from(error: json::Error) -> Self {
        Self {
            what: "the schema is not the JSON that Notion sends".to_owned(),
            source: Some(error),
        }
    }
}

impl fmt::Display for SchemaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        match &self.source {
            Some(error) => write!(f, ": {error}"),
            None => Ok(()),
        }
    }
}

impl Error for SchemaError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_ref().map(|error| error as _)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_is_found_by_name_or_by_what_is_left() {
        let found = |names: &[&str], name: &str| {
            let groups = names
                .iter()
                .map(|name| format!(r#"{{"id":"{name}","name":"{name}","color":"gray","option_ids":[]}}"#));
            let groups = groups.collect::<Vec<_>>().join(",");
            let json = format!(r#"{{"id":"a","type":"status","status":{{"groups":[{groups}]}}}}"#);
            let status = Property::read("State", &mut Reader::new(&json)).unwrap();
            status.group(name).map(|group| group.name.clone())
        };
        let one = &["Complete", "Doing", "To-do"];
        assert_eq!(found(one, "Complete").as_deref(), Some("Complete"));
        assert_eq!(found(one, "In progress").as_deref(), Some("Doing"));
        let two = &["Backlog", "Doing", "Complete"];
        assert_eq!(found(two, "In progress").as_deref(), Some("Doing"));
        let moved = &["Backlog", "To-do", "Over"];
        assert_eq!(found(moved, "In progress"), None, "another one is in its place");
        assert_eq!(found(&["Doing"], "In progress"), None, "there are not three");
        assert_eq!(found(one, "Doing"), None, "that is not Notion's name");
    }

    #[test]
    fn groups_and_prefixes_are_read() {
        let status = r#"{"id":"a","type":"status","status":{
                "options":[{"id":"1","name":"Done","color":"green"}],
                "groups":[{"id":"g","name":"Complete","color":"green","option_ids":["1"],"new":{}}]}}"#;
        let status = Property::read("State", &mut Reader::new(status)).unwrap();
        assert_eq!(status.options[0].name, "Done");
        let group = OptionGroup {
            id: "g".to_owned(),
            name: "Complete".to_owned(),
            color: "green".to_owned(),
            option_ids: vec!["1".to_owned()],
        };
        assert_eq!(status.groups, [group]);
        for (json, prefix) in [
            (
                r#"{"id":"a","type":"unique_id","unique_id":{"prefix":"TASK"}}"#,
                Some("TASK"),
            ),
            (
                r#"{"id":"a","type":"unique_id","unique_id":{"prefix":null}}"#,
                None,
            ),
            (r#"{"id":"a","type":"unique_id"}"#, None),
        ] {
            assert_eq!(
                Property::read("ID", &mut Reader::new(json))
                    .unwrap()
                    .prefix
                    .as_deref(),
                prefix,
                "{json}"
            );
        }
    }
}
