//! What is stored of a row, column by column and whole.

use notion_schema::json::Reader;
use serde_json::Value;

use super::{Table, list};
use crate::api::pages;
use crate::error::{Error, ErrorKind, Result};
use crate::id::PageId;
use crate::kind::Date;
use crate::property::{DateOrRange, Property};
use crate::row::{AnyProperty, AnyRow, ColumnValue, NotionRow, Page};

/// The values of some columns of a row, as Notion's JSON.
pub(super) struct Stored {
    pub(super) page: Page,
    values: Vec<(usize, String)>,
}

impl Stored {
    /// The value of a column; empty for one that was not asked for.
    pub(super) fn value(&self, column: usize) -> &str {
        let found = self.values.iter().find(|(other, _)| *other == column);
        found.map_or("", |(_, value)| value)
    }

    /// Whether what is stored says something else to the column's type than this value.
    pub(super) fn differs(&self, value: &ColumnValue) -> bool {
        let stored = value.rewrite(self.value(value.column));
        stored.is_none_or(|stored| !is_same(value.kind, &stored, &value.json))
    }
}

/// Whether two values of that kind, as they are written, come to the same in Notion.
fn is_same(kind: &str, one: &str, other: &str) -> bool {
    one == other
        || match kind {
            // The addresses of files that Notion serves differ each time that they are read.
            "files" | "multi_select" => list::is_same(kind, one, other),
            // Notion tells options apart without regard to case.
            "select" | "status" => one.to_lowercase() == other.to_lowercase(),
            "date" | "verification" | "title" | "rich_text" => {
                let kept = |json| serde_json::from_str(json).map(with_dates_kept);
                matches!((kept(one), kept(other)), (Ok(one), Ok(other)) if one == other)
            }
            _ => false,
        }
}

/// The same JSON with all dates in it as Notion keeps them.
fn with_dates_kept(json: Value) -> Value {
    match json {
        Value::Array(elements) => elements.into_iter().map(with_dates_kept).collect(),
        Value::Object(members) if members.contains_key("start") => {
            let json = Value::Object(members);
            let mut date = DateOrRange::blank();
            match Property::<Date>::read(&mut date, &mut Reader::new(&json.to_string())) {
                Ok(()) => date.kept().to_string().into(),
                Err(_) => json,
            }
        }
        Value::Object(members) => {
            let kept = members
                .into_iter()
                .map(|(key, value)| (key, with_dates_kept(value)));
            Value::Object(kept.collect())
        }
        other => other,
    }
}

impl<T: NotionRow> Table<T> {
    /// Reads columns of a row.
    pub(super) async fn stored(&self, id: PageId, columns: &[usize]) -> Result<Stored> {
        // Without a name all columns would come.
        let title = columns.is_empty().then_some("title");
        let ids = columns
            .iter()
            .map(|column| self.binding().id(*column))
            .chain(title);
        let request = pages::retrieve(id, ids)?;
        let row = match self.send(request).await {
            Ok(response) => AnyRow::from_json(response.text())?,
            Err(error) => return Err(self.refused(id, error).await),
        };
        self.whole(row, columns).await
    }

    /// The values of columns of a row that was read, with what the page does not show of them.
    pub(super) async fn whole(&self, row: AnyRow, columns: &[usize]) -> Result<Stored> {
        let AnyRow { page, properties } = row;
        if self.is_elsewhere(page.parent) {
            return Err(self.elsewhere(&page.id.to_string()));
        }
        let mut values = Vec::with_capacity(columns.len());
        for &column in columns {
            let id = self.binding().id(column);
            let Some(property) = properties.iter().find(|property| property.id == id) else {
                let name = self.binding().name(column);
                let message = format!("column `{name}` of row {} is missing", page.id);
                return Err(Error::new(ErrorKind::Value, message)
                    .with_hint("Bind the table again: the data source may have changed."));
            };
            values.push((column, self.whole_value(page.id, property).await?));
        }
        Ok(Stored { page, values })
    }

    /// A value with what the page does not show of it.
    pub(super) async fn whole_value(&self, page: PageId, property: &AnyProperty) -> Result<String> {
        if property.is_cut() {
            Ok(self.complete(page, &property.id).await?.value)
        } else {
            Ok(property.value().to_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::is_same;

    #[test]
    fn a_date_is_the_same_if_notion_keeps_it_so() {
        let stored = r#"{"start":"2026-12-01T18:30:00+01:00"}"#;
        for (value, expected) in [
            (r#"{"start":"2026-12-01T18:30:45+01:00"}"#, true),
            (
                r#"{"start":"2026-12-01T18:30:45","time_zone":"Europe/Berlin"}"#,
                true,
            ),
            (r#"{"start":"2026-12-01T18:31:00+01:00"}"#, false),
            // The same moment, and another clock.
            (r#"{"start":"2026-12-01T17:30:00+00:00"}"#, false),
            (
                r#"{"start":"2026-12-01T18:30:00","time_zone":"Mars/Olympus"}"#,
                false,
            ),
            (r#"{"start":"2026-12-01T18:30:00"}"#, false),
            (r#"{"start":"2026-12-01"}"#, false),
            ("null", false),
        ] {
            assert_eq!(is_same("date", stored, value), expected, "{value}");
        }
        let utc = r#"{"start":"2026-12-01T09:00:00+00:00","end":"2026-12-01T10:00:00+00:00"}"#;
        let plain = r#"{"start":"2026-12-01T09:00:00","end":"2026-12-01T10:00:30"}"#;
        assert!(is_same("date", utc, plain));
        // That hour does not exist, and Notion takes the one behind it.
        let gap = r#"{"start":"2026-03-29T02:30:00","time_zone":"Europe/Berlin"}"#;
        assert!(is_same("date", r#"{"start":"2026-03-29T03:30:00+02:00"}"#, gap));
        assert!(is_same("date", "null", "null"));
    }

    #[test]
    fn an_option_is_the_same_in_any_case() {
        assert!(is_same("select", r#"{"name":"Open"}"#, r#"{"name":"open"}"#));
        assert!(!is_same("status", r#"{"name":"Open"}"#, r#"{"name":"shut"}"#));
        assert!(is_same(
            "multi_select",
            r#"[{"name":"A"},{"name":"b"}]"#,
            r#"[{"name":"a"},{"name":"B"}]"#
        ));
        assert!(!is_same(
            "multi_select",
            r#"[{"name":"A"},{"name":"b"}]"#,
            r#"[{"name":"a"}]"#
        ));
    }
}
