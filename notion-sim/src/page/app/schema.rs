//! The columns of a data source and their settings.

use serde_json::Value;

use super::super::layout::escape;
use super::{cell, table};
use crate::engine::column::Column;
use crate::engine::container::DataSource;
use crate::engine::expression::{self, Form};
use crate::engine::kind::Kind;
use crate::engine::workspace::Workspace;

/// A table of the columns.
pub(super) fn show(space: &Workspace, source: &DataSource) -> String {
    let mut out = format!(
        "<p class=\"soft\">Data source <code>{}</code> of database <code>{}</code></p>\
         <div class=\"scroll\"><table class=\"plain\"><thead><tr><th>Name</th><th>Kind</th><th>Id</th><th>Settings</th></tr></thead><tbody>",
        source.id, source.database
    );
    for column in table::in_reading_order(&source.columns) {
        let description = column.description.as_str().unwrap_or_default();
        out.push_str(&format!(
            "<tr><td><strong>{}</strong><br><span class=\"soft\">{}</span></td><td class=\"kind\">{}</td><td><code>{}</code></td>\
             <td>{}</td></tr>",
            escape(&column.name),
            escape(description),
            escape(column.kind.name()),
            escape(&column.id),
            settings(space, source, column)
        ));
    }
    out.push_str("</tbody></table></div>");
    out
}

fn settings(space: &Workspace, source: &DataSource, column: &Column) -> String {
    let text = |key: &str| column.config.get(key).and_then(Value::as_str).unwrap_or_default();
    match &column.kind {
        Kind::Number => format!("format <code>{}</code>", escape(text("format"))),
        Kind::Select | Kind::MultiSelect | Kind::Status => {
            let options = column.config.get("options").cloned().unwrap_or_default();
            cell::show(space, &as_choices(column), &options)
        }
        Kind::Formula => {
            let place = (source.id, space.id);
            let shown = expression::show(text("expression"), &source.columns, Form::Names, place);
            format!("<code>{}</code>", escape(&shown))
        }
        Kind::Relation => {
            let target = column
                .relation_target()
                .and_then(|id| space.data_sources.get(&id));
            let Some(target) = target else {
                return "to a data source that is not here".to_owned();
            };
            let mirror = column
                .config
                .get("dual_property")
                .and_then(|dual| dual.get("synced_property_name"));
            let mirror = mirror
                .and_then(Value::as_str)
                .map(|name| format!(", mirrored as <code>{}</code>", escape(name)));
            format!(
                "to <a class=\"page\" href=\"/p/{}\">{}</a>{}",
                target.id,
                escape(&super::tree::named(&target.title.text())),
                mirror.unwrap_or_default()
            )
        }
        Kind::Rollup => format!(
            "{} of <code>{}</code> through <code>{}</code>",
            escape(text("function")),
            escape(text("rollup_property_name")),
            escape(text("relation_property_name"))
        ),
        Kind::UniqueId => format!("prefix <code>{}</code>", escape(text("prefix"))),
        _ => String::new(),
    }
}

/// The same column as a list of options, so that all of them can be shown like a value.
fn as_choices(column: &Column) -> Column {
    let mut column = column.clone();
    column.kind = Kind::MultiSelect;
    column
}
