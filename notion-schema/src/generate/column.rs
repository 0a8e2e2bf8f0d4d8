//! The field of a column, and its type.

use std::fmt::Write as _;

use crate::schema::Property;
use crate::{Access, Kind};

/// A property of any kind, read as JSON.
const RAW: &str = "notion_core::Raw";

pub(super) struct Column<'a> {
    property: &'a Property,
    ty: String,
}

impl<'a> Column<'a> {
    /// The column, whose options have a type of that name, or none of their own.
    pub(super) fn of(property: &'a Property, options: Option<&str>) -> Self {
        let ty = field_type(property, options.unwrap_or("String"));
        Self { property, ty }
    }

    /// Whether a row of that type can be written with this column.
    pub(super) fn is_written(&self) -> bool {
        self.property
            .kind()
            .is_some_and(|kind| kind.access() == Access::Writable)
    }

    pub(super) fn write(&self, code: &mut String, field: &str) {
        let Self { property, ty } = self;
        let mut attributes = match property.kind() {
            Some(kind) if ty != RAW => format!("{kind}, "),
            // What is read as JSON is of any kind.
            _ => String::new(),
        };
        let _ = write!(attributes, "name = {:?}, id = {:?}", property.name, property.id);
        if let Some(description) = property.description.as_ref().filter(|text| !text.is_empty()) {
            let _ = write!(attributes, ", description = {description:?}");
        }
        let _ = writeln!(code, "    #[notion({attributes})]\n    pub {field}: {ty},");
    }
}

/// A type that holds whatever the column may hold, empty values too.
fn field_type(property: &Property, options: &str) -> String {
    let Some(kind) = property.kind() else {
        return RAW.to_owned();
    };
    match kind {
        Kind::Title => "String",
        Kind::RichText => "RichText",
        Kind::Number => "Option<f64>",
        Kind::Select | Kind::Status => return format!("Option<{options}>"),
        Kind::MultiSelect => return format!("Vec<{options}>"),
        Kind::Date => "Option<DateOrRange>",
        Kind::People => "Vec<UserRef>",
        Kind::Files => "Vec<FileRef>",
        Kind::Checkbox => "bool",
        Kind::Url | Kind::Email | Kind::PhoneNumber => "Option<String>",
        // The schema does not say what it results in.
        Kind::Formula => RAW,
        Kind::Relation => "Vec<PageId>",
        Kind::Rollup => return rollup_type(property),
        Kind::CreatedTime | Kind::LastEditedTime => "notion_core::jiff::Timestamp",
        Kind::CreatedBy | Kind::LastEditedBy => "Option<UserRef>",
        Kind::UniqueId => "Option<notion_core::UniqueId>",
        Kind::Verification => "notion_core::Verification",
        Kind::Place => "Option<notion_core::Place>",
        Kind::Button => "()",
    }
    .to_owned()
}

/// The function says what a rollup results in, and of what it shows only the schema of the other data source knows the kind.
///
/// Source: <https://developers.notion.com/reference/property-object#rollup>.
fn rollup_type(property: &Property) -> String {
    let function = property.rolled_up().map(|rolled_up| rolled_up.function);
    match function.as_deref() {
        Some(
            "count" | "count_values" | "empty" | "not_empty" | "unique" | "percent_empty"
            | "percent_not_empty" | "checked" | "unchecked" | "percent_checked" | "percent_unchecked" | "sum"
            | "average" | "median" | "min" | "max" | "range",
        ) => "Rollup<Option<f64>>".to_owned(),
        Some("earliest_date" | "latest_date" | "date_range") => "Rollup<Option<DateOrRange>>".to_owned(),
        Some("show_original" | "show_unique") => format!("Rollup<Vec<{RAW}>>"),
        _ => RAW.to_owned(),
    }
}
