//! What is stored of a row, column by column and whole.

use jiff::tz::TimeZone;
use notion_schema::json::Reader;

use super::{Table, list};
use crate::api::pages;
use crate::error::{Error, ErrorKind, Result};
use crate::id::PageId;
use crate::kind;
use crate::property::{DateOrRange, DateOrTime, Property};
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
        match value.rewrite(self.value(value.column)) {
            Some(stored) => !is_same(value.kind, &stored, &value.json),
            None => true,
        }
    }
}

/// Whether a stored value is what Notion makes of the other one.
fn is_same(kind: &str, stored: &str, value: &str) -> bool {
    match kind {
        // The addresses of files that Notion serves differ each time that they are read.
        "files" | "multi_select" => list::is_same(kind, stored, value),
        // Notion tells options apart without regard to case.
        "select" | "status" => stored.to_lowercase() == value.to_lowercase(),
        "date" => match (kept(stored), kept(value)) {
            (Some(stored), Some(value)) => stored == value,
            _ => stored == value,
        },
        _ => stored == value,
    }
}

/// A date as Notion keeps it: to the minute, and with an offset in place of the name of a zone. `None` for no date, and where the
/// zone is one that this system does not know.
fn kept(date: &str) -> Option<(DateOrTime, Option<DateOrTime>)> {
    let mut read = <DateOrRange as Property<kind::Date>>::blank();
    Property::<kind::Date>::read(&mut read, &mut Reader::new(date)).ok()?;
    // A time with neither is one in UTC.
    let zone = match &read.time_zone {
        Some(name) => TimeZone::get(name).ok()?,
        None => TimeZone::UTC,
    };
    let kept = |time| {
        let DateOrTime::Time { local, offset } = time else {
            return Some(time);
        };
        let (local, offset) = match offset {
            Some(offset) => (local, offset),
            None => {
                let zoned = local.to_zoned(zone.clone()).ok()?;
                (zoned.datetime(), zoned.offset())
            }
        };
        Some(DateOrTime::Time {
            local: local.with().second(0).subsec_nanosecond(0).build().ok()?,
            offset: Some(offset),
        })
    };
    let end = match read.end {
        Some(end) => Some(kept(end)?),
        None => None,
    };
    Some((kept(read.start)?, end))
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
