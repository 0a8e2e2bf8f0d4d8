//! Expressions of formula columns: kept with the ids of the columns they refer to, shown in a form that Notion has or had.
//!
//! Kept is `{{notion:block_property:<id>}}`, so that nothing happens to a formula when columns get other names. An expression
//! that cannot be read, which only seeds bring along, is kept and shown as it is.

use jiff::Timestamp;
use serde_json::json;
use uuid::Uuid;

use super::column::Column;
use super::formula::{self, Formula, Key, Problem};
use super::{id, types};

/// Since when Notion writes references with names: 2026-08-12.
const NAMES_SINCE: Timestamp = Timestamp::constant(1_786_492_800, 0);

/// How references to columns are written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Form {
    /// `prop("Name")`.
    Names,
    /// `{{notion:block_property:<id>:<data source>:<workspace>}}`.
    Ids,
}

impl Form {
    /// How Notion writes references at a time.
    pub(crate) fn at(now: Timestamp) -> Self {
        if now < NAMES_SINCE { Self::Ids } else { Self::Names }
    }
}

/// An expression as it is kept, or what is wrong with it. Names that no column has stay.
pub(crate) fn keep(expression: &str, columns: &[Column]) -> Result<String, Problem> {
    let written = Formula::parse(expression)?.print(&|key| match (types::referred(columns, key), key) {
        (Some(column), _) => reference(&id::encode(&column.decoded)),
        (None, Key::Id(id)) => reference(id),
        (None, Key::Name(name)) => formula::reference(name),
    });
    // It may have become too long to be read.
    Formula::parse(&written)?;
    Ok(written)
}

/// Keeps the expressions that came with a seed.
pub(crate) fn keep_all(columns: &mut [Column]) {
    let read = |column: &Column| keep(column.expression()?, columns).ok();
    let kept: Vec<Option<String>> = columns.iter().map(read).collect();
    for (column, kept) in columns.iter_mut().zip(kept) {
        if let Some(kept) = kept {
            column.config["expression"] = json!(kept);
        }
    }
}

/// A kept expression as answers show it. `place` is the data source and the workspace that the column is in.
pub(crate) fn show(kept: &str, columns: &[Column], form: Form, place: (Uuid, Uuid)) -> String {
    let Ok(read) = Formula::parse(kept) else {
        return kept.to_owned();
    };
    let (source, space) = place;
    let by_id = |id: &str| reference(&format!("{id}:{source}:{space}"));
    let written = read.print(&|key| match (types::referred(columns, key), key, form) {
        (Some(column), _, Form::Names) => formula::reference(&column.name),
        (Some(column), _, Form::Ids) => by_id(&id::encode(&column.decoded)),
        (None, Key::Id(id), _) => by_id(id),
        (None, Key::Name(name), _) => formula::reference(name),
    });
    // Whatever is shown can be read again.
    if written.len() > formula::MAX_LENGTH {
        return kept.to_owned();
    }
    written
}

/// The workspace that an expression says it is from.
pub(crate) fn space(expression: &str) -> Option<Uuid> {
    let (_, reference) = expression.split_once(REFERENCE)?;
    let (inside, _) = reference.split_once("}}")?;
    inside.split(':').nth(2).and_then(id::parse)
}

/// What a reference by id begins with.
const REFERENCE: &str = "{{notion:block_property:";

fn reference(inside: &str) -> String {
    format!("{REFERENCE}{inside}}}}}")
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::engine::kind::Kind;

    fn columns() -> [Column; 3] {
        // The name of one is the id of another.
        ["title", "Due", "Ab:;"].map(|name| {
            let id = if name == "Due" { "title" } else { name };
            Column::new(
                id,
                &name.replace("Ab:;", "Hours"),
                Kind::Number,
                json!({}),
                Value::Null,
            )
        })
    }

    #[test]
    fn names_become_ids_and_ids_names() {
        let mut columns = columns();
        columns[0] = Column::new("x", "title", Kind::Number, json!({}), Value::Null);
        let kept = keep(
            "prop(\"title\")+prop(\"Due\")*prop(\"Hours\")-prop(\"Gone\")",
            &columns,
        )
        .expect("a formula");
        assert_eq!(
            kept,
            "({{notion:block_property:x}} + ({{notion:block_property:title}} * {{notion:block_property:Ab%3A%3B}})) - \
             prop(\"Gone\")"
        );
        assert_eq!(keep(&kept, &columns), Ok(kept.clone()));
        let place = (Uuid::nil(), Uuid::max());
        assert_eq!(
            show(&kept, &columns, Form::Names, place),
            "(prop(\"title\") + (prop(\"Due\") * prop(\"Hours\"))) - prop(\"Gone\")"
        );
        columns[2].name = "Hours \"spent\"".to_owned();
        let shown = show(&kept, &columns, Form::Names, place);
        assert!(shown.contains(r#"prop("Hours \"spent\"")"#), "{shown}");
        let shown = show(&kept, &columns[..2], Form::Names, place);
        let old = "{{notion:block_property:Ab%3A%3B:00000000-0000-0000-0000-000000000000:ffffffff-ffff-ffff-ffff-ffffffffffff}}";
        assert!(shown.contains(old), "{shown}");
        assert!(show(&kept, &columns, Form::Ids, place).contains(old));
    }

    #[test]
    fn what_cannot_be_read_stays() {
        assert!(keep("={{notion:block_property:x}}* 2", &columns()).is_err());
        assert_eq!(
            show("= 1", &columns(), Form::Ids, (Uuid::nil(), Uuid::nil())),
            "= 1"
        );
    }

    #[test]
    fn names_begin_on_a_day_in_august() {
        let form = |at: &str| Form::at(at.parse().expect("a time"));
        assert_eq!(form("2026-08-11T23:59:59Z"), Form::Ids);
        assert_eq!(form("2026-08-12T00:00:00Z"), Form::Names);
    }
}
