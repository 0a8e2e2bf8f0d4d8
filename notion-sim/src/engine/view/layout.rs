//! The configuration of each kind of view: its grammar, how an update is merged in, and how it is shown.

use serde_json::{Map, Value, json};

use super::grammar::{self, Field, Rule};
use super::record::DASHBOARD;
use crate::engine::color::ICON_COLORS;
use crate::engine::column::Column;
use crate::refusal::Refusal;
use crate::validate::Fields;

const ANY: u32 = u32::MAX;
const SIZE: Rule = Rule::Word(&["small", "medium", "large"]);
const HEIGHT: Rule = Rule::Word(&["small", "medium", "large", "extra_large"]);

const PROPERTIES: Rule = Rule::List(&Rule::Object(&[
    Field::required("property_id", Rule::Column),
    Field::optional("visible", Rule::Flag),
    Field::optional("width", Rule::Whole(1, ANY)),
    Field::optional("wrap", Rule::Flag),
    Field::optional("status_show_as", Rule::Word(&["select", "checkbox"])),
    Field::optional("card_property_width_mode", Rule::Word(&["full_line", "inline"])),
    Field::optional(
        "date_format",
        Rule::Word(&[
            "full",
            "short",
            "month_day_year",
            "day_month_year",
            "year_month_day",
            "relative",
        ]),
    ),
    Field::optional("time_format", Rule::Word(&["12_hour", "24_hour", "hidden"])),
]));

const COVER: Rule = Rule::Object(&[
    Field::required("type", Rule::Word(&["page_cover", "page_content", "property"])),
    Field::optional("property_id", Rule::Column),
]);

const TABLE: &[Field] = &[
    Field::nullable("properties", PROPERTIES),
    Field::nullable("group_by", Rule::Group),
    Field::nullable(
        "subtasks",
        Rule::Object(&[
            Field::optional("property_id", Rule::Column),
            Field::optional(
                "display_mode",
                Rule::Word(&["show", "hidden", "flattened", "disabled"]),
            ),
            Field::optional(
                "filter_scope",
                Rule::Word(&["parents", "parents_and_subitems", "subitems"]),
            ),
            Field::optional("toggle_column_id", Rule::Column),
        ]),
    ),
    Field::optional("wrap_cells", Rule::Flag),
    Field::optional("frozen_column_index", Rule::Whole(0, ANY)),
    Field::optional("show_vertical_lines", Rule::Flag),
];

const BOARD: &[Field] = &[
    Field::required("group_by", Rule::Group),
    Field::nullable("sub_group_by", Rule::Group),
    Field::nullable("properties", PROPERTIES),
    Field::nullable("cover", COVER),
    Field::nullable("cover_size", SIZE),
    Field::nullable("cover_aspect", Rule::Word(&["contain", "cover"])),
    Field::nullable("card_layout", Rule::Word(&["list", "compact"])),
];

const CALENDAR: &[Field] = &[
    Field::required("date_property_id", Rule::Column),
    Field::nullable("properties", PROPERTIES),
    Field::nullable("view_range", Rule::Word(&["week", "month"])),
    Field::nullable("show_weekends", Rule::Flag),
];

const TIMELINE: &[Field] = &[
    Field::required("date_property_id", Rule::Column),
    Field::nullable("end_date_property_id", Rule::Column),
    Field::nullable("properties", PROPERTIES),
    Field::nullable("show_table", Rule::Flag),
    Field::nullable("table_properties", PROPERTIES),
    Field::nullable(
        "preference",
        Rule::Object(&[
            Field::required(
                "zoom_level",
                Rule::Word(&[
                    "hours", "day", "week", "bi_week", "month", "quarter", "year", "5_years",
                ]),
            ),
            Field::optional("center_timestamp", Rule::Number),
        ]),
    ),
    Field::nullable(
        "arrows_by",
        Rule::Object(&[Field::nullable("property_id", Rule::Column)]),
    ),
    Field::nullable("color_by", Rule::Flag),
];

const GALLERY: &[Field] = &[
    Field::nullable("properties", PROPERTIES),
    Field::nullable("cover", COVER),
    Field::nullable("cover_size", SIZE),
    Field::nullable("cover_aspect", Rule::Word(&["contain", "cover"])),
    Field::nullable("card_layout", Rule::Word(&["list", "compact"])),
];

const LIST: &[Field] = &[Field::nullable("properties", PROPERTIES)];

const MAP: &[Field] = &[
    Field::nullable("height", HEIGHT),
    Field::nullable("map_by", Rule::Column),
    Field::nullable("properties", PROPERTIES),
];

const FORM: &[Field] = &[
    Field::nullable("is_form_closed", Rule::Flag),
    Field::nullable("anonymous_submissions", Rule::Flag),
    Field::nullable(
        "submission_permissions",
        Rule::Word(&["none", "comment_only", "reader", "read_and_write", "editor"]),
    ),
];

const AGGREGATION: Rule = Rule::Object(&[
    Field::required(
        "aggregator",
        Rule::Word(&[
            "count",
            "count_values",
            "sum",
            "average",
            "median",
            "min",
            "max",
            "range",
            "unique",
            "empty",
            "not_empty",
            "percent_empty",
            "percent_not_empty",
            "checked",
            "unchecked",
            "percent_checked",
            "percent_unchecked",
            "earliest_date",
            "latest_date",
            "date_range",
        ]),
    ),
    Field::optional("property_id", Rule::Column),
]);

const CHART: &[Field] = &[
    Field::required(
        "chart_type",
        Rule::Word(&["column", "bar", "line", "donut", "number"]),
    ),
    Field::nullable("x_axis", Rule::Group),
    Field::nullable("y_axis", AGGREGATION),
    Field::nullable("x_axis_property_id", Rule::Column),
    Field::nullable("y_axis_property_id", Rule::Column),
    Field::nullable("value", AGGREGATION),
    Field::nullable(
        "sort",
        Rule::Word(&[
            "manual",
            "x_ascending",
            "x_descending",
            "y_ascending",
            "y_descending",
        ]),
    ),
    Field::nullable(
        "color_theme",
        Rule::Word(&[
            "gray", "blue", "yellow", "green", "purple", "teal", "orange", "pink", "red", "auto", "colorful",
        ]),
    ),
    Field::nullable("height", HEIGHT),
    Field::nullable("hide_empty_groups", Rule::Flag),
    Field::nullable("legend_position", Rule::Word(&["off", "bottom", "side"])),
    Field::nullable("show_data_labels", Rule::Flag),
    Field::nullable("axis_labels", Rule::Word(&["none", "x_axis", "y_axis", "both"])),
    Field::nullable(
        "grid_lines",
        Rule::Word(&["none", "horizontal", "vertical", "both"]),
    ),
    Field::nullable("cumulative", Rule::Flag),
    Field::nullable("smooth_line", Rule::Flag),
    Field::nullable("hide_line_fill_area", Rule::Flag),
    Field::nullable("group_style", Rule::Word(&["normal", "percent", "side_by_side"])),
    Field::nullable("y_axis_min", Rule::Number),
    Field::nullable("y_axis_max", Rule::Number),
    Field::nullable(
        "donut_labels",
        Rule::Word(&["none", "value", "name", "name_and_value"]),
    ),
    Field::nullable("hide_title", Rule::Flag),
    Field::nullable("stack_by", Rule::Group),
    Field::nullable(
        "reference_lines",
        Rule::List(&Rule::Object(&[
            Field::optional("id", Rule::Id),
            Field::required("value", Rule::Number),
            Field::required("label", Rule::Text),
            Field::required("color", Rule::Word(&ICON_COLORS)),
            Field::required("dash_style", Rule::Word(&["solid", "dash"])),
        ])),
    ),
    Field::nullable("caption", Rule::Text),
    Field::nullable("color_by_value", Rule::Flag),
];

/// The settings of each kind of view. A dashboard's follow from its widgets.
const LAYOUTS: [(&str, &[Field]); 9] = [
    ("table", TABLE),
    ("board", BOARD),
    ("calendar", CALENDAR),
    ("timeline", TIMELINE),
    ("gallery", GALLERY),
    ("list", LIST),
    ("map", MAP),
    ("form", FORM),
    ("chart", CHART),
];

/// Where a configuration names a column and shows its name next to it: inside a list, inside an object, or at the top.
const LISTS: [&str; 2] = ["properties", "table_properties"];
const GROUPS: [&str; 4] = ["group_by", "sub_group_by", "x_axis", "stack_by"];
const TOP: [(&str, &str); 3] = [
    ("date_property_id", "date_property_name"),
    ("end_date_property_id", "end_date_property_name"),
    ("map_by", "map_by_property_name"),
];

/// Checks the shape of a configuration, which says itself for which kind of view it is.
pub(super) fn check(fields: &Fields<'_>) -> Result<(), Refusal> {
    let kinds = LAYOUTS.map(|(kind, _)| kind);
    let kind = match fields.get("type") {
        // A dashboard's is made by its widgets and cannot be sent.
        Some(value) if value == DASHBOARD => return Err(fields.path.should("not present", Some(value))),
        _ => fields.word("type", &kinds)?,
    };
    let mut own = fields.map.clone();
    own.shift_remove("type");
    let own = Fields {
        map: &own,
        path: fields.path.clone(),
    };
    grammar::check_object(&own, rules(kind))
}

/// A configuration with a request merged in: what the request names is replaced as a whole, or taken away by `null`.
///
/// # Errors
///
/// A column that does not exist, or that cannot be used in this way.
pub(super) fn merge(
    old: &Value,
    new: &Map<String, Value>,
    kind: &str,
    columns: &[Column],
) -> Result<Value, Refusal> {
    let mut settled = grammar::settle_object(new, rules(kind), columns)?;
    let mut out = Map::new();
    out.insert("type".into(), json!(kind));
    let mut kept = old.as_object().cloned().unwrap_or_default();
    for field in rules(kind) {
        let before = kept
            .shift_remove(field.key)
            .filter(|_| !new.contains_key(field.key));
        if let Some(value) = settled.shift_remove(field.key).or(before) {
            out.insert(field.key.into(), value);
        }
    }
    // What a seed brought and this program has no rules for.
    kept.shift_remove("type");
    out.extend(kept);
    Ok(Value::Object(out))
}

/// A configuration as answers show it, with the names of the columns.
pub(super) fn named(configuration: &Value, columns: &[Column]) -> Value {
    let mut shown = configuration.clone();
    for key in LISTS {
        let items = shown.get_mut(key).and_then(Value::as_array_mut);
        for item in items.into_iter().flatten() {
            name(item, "property_id", "property_name", columns);
        }
    }
    for key in GROUPS {
        if let Some(group) = shown.get_mut(key) {
            name(group, "property_id", "property_name", columns);
        }
    }
    for (key, shown_as) in TOP {
        name(&mut shown, key, shown_as, columns);
    }
    shown
}

fn name(value: &mut Value, key: &str, shown_as: &str, columns: &[Column]) {
    let Some(map) = value.as_object_mut() else { return };
    let id = map.get(key).and_then(Value::as_str).unwrap_or_default();
    if let Some(column) = columns.iter().find(|column| &*column.id == id) {
        map.insert(shown_as.into(), json!(column.name));
    }
}

fn rules(kind: &str) -> &'static [Field] {
    let found = LAYOUTS.iter().find(|(name, _)| *name == kind);
    found.map(|(_, rules)| *rules).unwrap_or_default()
}
