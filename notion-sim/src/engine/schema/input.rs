//! The shape of column definitions in a request.

use serde_json::{Map, Value, json};

use super::super::color::OPTION_COLORS;
use super::super::kind::Kind;
use crate::refusal::Refusal;
use crate::validate::{self, Fields, Path};

/// The functions a rollup can have.
const FUNCTIONS: [&str; 24] = [
    "count",
    "count_values",
    "empty",
    "not_empty",
    "unique",
    "show_unique",
    "percent_empty",
    "percent_not_empty",
    "sum",
    "average",
    "median",
    "min",
    "max",
    "range",
    "earliest_date",
    "latest_date",
    "date_range",
    "checked",
    "unchecked",
    "percent_checked",
    "percent_unchecked",
    "count_per_group",
    "percent_per_group",
    "show_original",
];

/// One column definition of a request whose shape is right.
#[derive(Debug, Clone)]
pub(crate) struct ColumnInput {
    pub(crate) key: String,
    /// `None` deletes the column.
    pub(crate) change: Option<Change>,
}

/// What a request says about a column.
#[derive(Debug, Clone)]
pub(crate) struct Change {
    pub(crate) name: Option<String>,
    /// `None` where the request has no description, `Some(null)` where it clears it.
    pub(crate) description: Option<Value>,
    pub(crate) kind: Option<(Kind, Map<String, Value>)>,
}

/// Checks the shape of a `properties` object of a schema. Only an `update` may rename and delete.
pub(crate) fn check(properties: &Fields<'_>, update: bool) -> Result<Vec<ColumnInput>, Refusal> {
    let mut inputs = Vec::new();
    for (key, value) in properties.map {
        let path = properties.place(key);
        if update && value.is_null() {
            inputs.push(ColumnInput {
                key: key.clone(),
                change: None,
            });
            continue;
        }
        if let Some(change) = check_column(&Fields::of(value, path)?, update)? {
            inputs.push(ColumnInput {
                key: key.clone(),
                change: Some(change),
            });
        }
    }
    Ok(inputs)
}

/// `None` for a button, which Notion takes and ignores.
fn check_column(fields: &Fields<'_>, update: bool) -> Result<Option<Change>, Refusal> {
    let common = ["id", "name", "type", "description"];
    let name = fields.optional_string("name")?.map(str::to_owned);
    let description = match fields.get("description") {
        None => None,
        Some(Value::Null) => Some(Value::Null),
        Some(_) => fields.optional_string("description")?.map(|text| json!(text)),
    };
    let Some((key, value)) = fields.map.iter().find(|(key, _)| !common.contains(&key.as_str())) else {
        if update {
            return Ok(Some(Change {
                name,
                description,
                kind: None,
            }));
        }
        let wanted = fields.get("type").and_then(Value::as_str).unwrap_or("title");
        return Err(fields.place(wanted).should("defined", None));
    };
    if key == "button" {
        return Ok(None);
    }
    let Some(kind) = Kind::known(key).filter(Kind::creatable) else {
        return Err(fields.place(key).should("not present", Some(value)));
    };
    let known: Vec<&str> = common.into_iter().chain([key.as_str()]).collect();
    fields.only(&known)?;
    let config = Fields::of(value, fields.place(key))?;
    check_config(&kind, &config)?;
    Ok(Some(Change {
        name,
        description,
        kind: Some((kind, config.map.clone())),
    }))
}

fn check_config(kind: &Kind, config: &Fields<'_>) -> Result<(), Refusal> {
    match kind {
        Kind::Number => config.optional_string("format").map(|_| ()),
        Kind::Select | Kind::MultiSelect | Kind::Status => check_options(config, kind),
        Kind::Formula => config.optional_string("expression").map(|_| ()),
        Kind::UniqueId => match config.get("prefix") {
            None | Some(Value::Null) => Ok(()),
            Some(_) => config.optional_string("prefix").map(|_| ()),
        },
        Kind::Relation => {
            config.uuid("data_source_id")?;
            let sides = ["single_property", "dual_property"];
            if sides.iter().all(|side| config.get(side).is_none()) && config.get("type").is_none() {
                let path = &config.path;
                return Err(validate::either(&[path.key(sides[0]), path.key(sides[1])]));
            }
            for side in sides {
                config.optional_object(side)?;
            }
            Ok(())
        }
        Kind::Rollup => {
            for key in [
                "relation_property_name",
                "relation_property_id",
                "rollup_property_name",
                "rollup_property_id",
            ] {
                config.optional_string(key)?;
            }
            config.word("function", &FUNCTIONS).map(|_| ())
        }
        _ => Ok(()),
    }
}

fn check_options(config: &Fields<'_>, kind: &Kind) -> Result<(), Refusal> {
    let path = config.place("options");
    let options = config.optional_array("options")?.unwrap_or_default();
    let mut names: Vec<String> = Vec::new();
    for (at, option) in options.iter().enumerate() {
        let option = Fields::of(option, path.at(at))?;
        option.only(&["id", "name", "color", "description", "group"])?;
        option.optional_string("id")?;
        if let Some(name) = option.optional_string("name")? {
            super::super::write::check_option_name(kind.name(), name)?;
            let lower = name.to_lowercase();
            if names.contains(&lower) {
                return Err(Refusal::invalid(format!(
                    "Invalid {} options: the name {name} is used twice.",
                    kind.name()
                )));
            }
            names.push(lower);
        } else if option.get("id").is_none() {
            return Err(option.place("name").should("defined", None));
        }
        option.optional_enum("color", &OPTION_COLORS)?;
        option.optional_string("group")?;
    }
    Ok(())
}

/// The most text a column's name may have. Longer ones are refused.
pub(crate) fn check_name(name: &str) -> Result<(), Refusal> {
    validate::max_text(&Path::body().key("properties"), name, 2000)
}
