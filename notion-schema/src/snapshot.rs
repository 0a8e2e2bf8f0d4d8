use crate::json::{self, Reader, Writer};
use crate::schema::{DataSource, SchemaError, optional_string, properties};

/// The first line of defence against a file of another tool, or of a later version of this one.
const FORMAT: &str = "notion-schema/1";

/// A schema as it is kept in a file: what `#[notion(schema = "…")]` checks a struct against.
///
/// One file per data source. The same schema always gives the same bytes, indented for people and their
/// diffs; what changes without the schema changing (times, URLs, icons) is left out.
///
/// ```
/// use notion_schema::{DataSource, Snapshot};
///
/// let source = DataSource::from_json(
///     r#"{"id": "1f1ac1e0-6d4c-4ed8-8b8c-5d5f7d1d2a10", "title": [],
///         "properties": {"Name": {"id": "title", "name": "Name", "type": "title", "title": {}}}}"#,
/// )?;
/// let file = Snapshot::new("2026-03-11", source).to_json();
/// assert!(file.starts_with("{\n  \"format\": \"notion-schema/1\",\n"));
/// assert_eq!(Snapshot::from_json(&file)?.to_json(), file);
/// # Ok::<(), notion_schema::SchemaError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Snapshot {
    /// The API version that the schema was read with.
    pub notion_version: String,
    /// The schema.
    pub data_source: DataSource,
}

impl Snapshot {
    /// A snapshot of `data_source`, which was read with that API version.
    #[must_use]
    pub fn new(notion_version: impl Into<String>, data_source: DataSource) -> Self {
        Self {
            notion_version: notion_version.into(),
            data_source,
        }
    }

    /// Reads a snapshot file.
    ///
    /// # Errors
    /// When the text is not JSON, is not a snapshot, or comes from a later version.
    pub fn from_json(json: &str) -> Result<Self, SchemaError> {
        let mut format = String::new();
        let mut notion_version = String::new();
        let mut data_source = DataSource {
            id: String::new(),
            database_id: None,
            title: String::new(),
            description: String::new(),
            in_trash: false,
            properties: Vec::new(),
        };
        let mut reader = Reader::new(json);
        reader.begin_object()?;
        while let Some(key) = reader.key()? {
            match &*key {
                "format" => reader.string_into(&mut format)?,
                "notion_version" => reader.string_into(&mut notion_version)?,
                "data_source_id" => reader.string_into(&mut data_source.id)?,
                "database_id" => data_source.database_id = optional_string(&mut reader)?,
                "title" => reader.string_into(&mut data_source.title)?,
                "description" => reader.string_into(&mut data_source.description)?,
                "properties" => data_source.properties = properties(&mut reader)?,
                _ => reader.skip()?,
            }
        }
        reader.end()?;
        if format.is_empty() {
            return Err(SchemaError::new(format!(
                "the file does not say that its format is `{FORMAT}`"
            )));
        }
        if format != FORMAT {
            return Err(SchemaError::new(format!(
                "expected a file of format `{FORMAT}`, found `{format}`"
            )));
        }
        if data_source.id.is_empty() {
            return Err(SchemaError::new("a snapshot needs `data_source_id`"));
        }
        Ok(Self {
            notion_version,
            data_source,
        })
    }

    /// The content of the file.
    #[must_use]
    pub fn to_json(&self) -> String {
        let source = &self.data_source;
        let mut json = Writer::new();
        json.begin_object();
        json.key("format").string(FORMAT);
        json.key("notion_version").string(&self.notion_version);
        json.key("data_source_id").string(&source.id);
        match &source.database_id {
            Some(id) => json.key("database_id").string(id),
            None => json.key("database_id").null(),
        }
        json.key("title").string(&source.title);
        json.key("description").string(&source.description);
        json.key("properties").begin_object();
        for property in &source.properties {
            json.key(&property.name).raw(property.json());
        }
        json.end_object();
        json.end_object();
        indent(json.as_str()).unwrap_or_else(|_| json.into_string())
    }
}

/// The same document with one member a line.
fn indent(json: &str) -> Result<String, json::Error> {
    let mut out = String::new();
    indent_value(&mut Reader::new(json), &mut out, 0)?;
    out.push('\n');
    Ok(out)
}

fn indent_value(reader: &mut Reader<'_>, out: &mut String, depth: usize) -> Result<(), json::Error> {
    let line = |out: &mut String, depth: usize| {
        out.push('\n');
        out.extend(std::iter::repeat_n("  ", depth));
    };
    let mut empty = true;
    let close = match reader.peek() {
        Some(b'{') => {
            reader.begin_object()?;
            out.push('{');
            while let Some(key) = reader.key()? {
                out.push_str(if empty { "" } else { "," });
                empty = false;
                line(out, depth + 1);
                let mut name = Writer::new();
                name.string(&key);
                out.push_str(name.as_str());
                out.push_str(": ");
                indent_value(reader, out, depth + 1)?;
            }
            '}'
        }
        Some(b'[') => {
            reader.begin_array()?;
            out.push('[');
            while reader.element()? {
                out.push_str(if empty { "" } else { "," });
                empty = false;
                line(out, depth + 1);
                indent_value(reader, out, depth + 1)?;
            }
            ']'
        }
        _ => {
            out.push_str(reader.raw()?);
            return Ok(());
        }
    };
    if !empty {
        line(out, depth);
    }
    out.push(close);
    Ok(())
}
