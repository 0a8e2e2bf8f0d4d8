//! A small language for the shape of settings: what may stand under which key, and where columns are named.

use serde_json::{Map, Value, json};

use super::group;
use crate::engine::column::{self, Column};
use crate::engine::id;
use crate::refusal::Refusal;
use crate::validate::{self, Fields, Path};

/// What may stand in one place.
#[derive(Clone, Copy)]
pub(super) enum Rule {
    Flag,
    Text,
    Number,
    /// A whole number from the first to the second.
    Whole(u32, u32),
    Word(&'static [&'static str]),
    /// The id or the name of a column. It is kept as the id.
    Column,
    /// An id that is made up where the request has none.
    Id,
    Object(&'static [Field]),
    List(&'static Rule),
    /// How rows are grouped, which depends on the kind of the column.
    Group,
    /// How the results of a formula are grouped.
    FormulaGroup,
}

/// A key of an object.
#[derive(Clone, Copy)]
pub(super) struct Field {
    pub(super) key: &'static str,
    pub(super) rule: Rule,
    presence: Presence,
}

#[derive(Clone, Copy, PartialEq)]
enum Presence {
    Required,
    Optional,
    /// `null` takes the setting away.
    Nullable,
}

impl Field {
    /// A key that must be there.
    pub(super) const fn required(key: &'static str, rule: Rule) -> Self {
        let presence = Presence::Required;
        Self { key, rule, presence }
    }

    /// A key that may be missing.
    pub(super) const fn optional(key: &'static str, rule: Rule) -> Self {
        let presence = Presence::Optional;
        Self { key, rule, presence }
    }

    /// A key that may be missing or `null`.
    pub(super) const fn nullable(key: &'static str, rule: Rule) -> Self {
        let presence = Presence::Nullable;
        Self { key, rule, presence }
    }
}

/// Checks the shape of an object.
pub(super) fn check_object(fields: &Fields<'_>, rules: &[Field]) -> Result<(), Refusal> {
    for field in rules {
        match (fields.get(field.key), field.presence) {
            (None, Presence::Required) => return Err(fields.place(field.key).should("defined", None)),
            (None, _) | (Some(Value::Null), Presence::Nullable) => {}
            (Some(value), presence) => check(value, &field.rule, &fields.place(field.key), presence)?,
        }
    }
    let known: Vec<&str> = rules.iter().map(|field| field.key).collect();
    fields.only(&known)
}

fn check(value: &Value, rule: &Rule, path: &Path, presence: Presence) -> Result<(), Refusal> {
    let should = |expectation: &str| {
        let expectation = match presence {
            Presence::Required => expectation.to_owned(),
            Presence::Optional => format!("{expectation} or `undefined`"),
            Presence::Nullable => format!("{expectation}, `null`, or `undefined`"),
        };
        path.should(&expectation, Some(value))
    };
    let fits = |fits: bool, expectation: &str| if fits { Ok(()) } else { Err(should(expectation)) };
    match rule {
        Rule::Flag => fits(value.is_boolean(), "a boolean"),
        Rule::Text | Rule::Column | Rule::Id => fits(value.is_string(), "a string"),
        Rule::Number => fits(value.is_number(), "a number"),
        Rule::Whole(least, most) => {
            let number = value.as_f64().ok_or_else(|| should("a number"))?;
            fits(number.fract() == 0.0, "an integer")?;
            fits(number >= f64::from(*least), &format!("≥ `{least}`"))?;
            fits(number <= f64::from(*most), &format!("≤ `{most}`"))
        }
        Rule::Word(words) => {
            let known = value.as_str().is_some_and(|word| words.contains(&word));
            let optional = presence != Presence::Required;
            match known {
                true => Ok(()),
                false => Err(path.should(&validate::alternatives(words, optional), Some(value))),
            }
        }
        Rule::Object(rules) => check_object(&object(value, path, should)?, rules),
        Rule::List(rule) => {
            let items = value.as_array().ok_or_else(|| should("an array"))?;
            validate::max_length(path, items.len())?;
            let mut items = items.iter().enumerate();
            items.try_for_each(|(at, item)| check(item, rule, &path.at(at), Presence::Required))
        }
        Rule::Group => {
            let fields = object(value, path, should)?;
            check_object(&fields, &group::rules(&fields)?)
        }
        Rule::FormulaGroup => {
            let fields = object(value, path, should)?;
            check_object(&fields, group::formula_rules(&fields)?)
        }
    }
}

fn object<'a>(
    value: &'a Value,
    path: &Path,
    should: impl Fn(&str) -> Refusal,
) -> Result<Fields<'a>, Refusal> {
    let map = value.as_object().ok_or_else(|| should("an object"))?;
    let path = path.clone();
    Ok(Fields { map, path })
}

/// An object as it is kept: keys in the order of the rules, columns by their ids, nothing that is `null`.
///
/// # Errors
///
/// A column that does not exist, or that cannot be grouped by in this way.
pub(super) fn settle_object(
    map: &Map<String, Value>,
    rules: &[Field],
    columns: &[Column],
) -> Result<Map<String, Value>, Refusal> {
    let mut out = Map::new();
    for field in rules {
        match (map.get(field.key), field.rule) {
            (None, Rule::Id) => {
                out.insert(field.key.into(), json!(id::fresh()));
            }
            (None | Some(Value::Null), _) => {}
            (Some(value), rule) => {
                out.insert(field.key.into(), settle(value, &rule, columns)?);
            }
        }
    }
    Ok(out)
}

/// A value as it is kept. Its shape was checked.
fn settle(value: &Value, rule: &Rule, columns: &[Column]) -> Result<Value, Refusal> {
    let object = |rules: &[Field]| match value.as_object() {
        Some(map) => settle_object(map, rules, columns).map(Value::Object),
        None => Ok(value.clone()),
    };
    match rule {
        Rule::Column => Ok(json!(&*find(columns, value.as_str().unwrap_or_default())?.id)),
        Rule::Object(rules) => object(rules),
        Rule::List(rule) => {
            let items = value.as_array().into_iter().flatten();
            items.map(|item| settle(item, rule, columns)).collect()
        }
        Rule::Group => {
            let fields = Fields::of(value, Path::body())?;
            group::admit(&fields, find(columns, fields.string("property_id")?)?)?;
            object(&group::rules(&fields)?)
        }
        Rule::FormulaGroup => object(group::formula_rules(&Fields::of(value, Path::body())?)?),
        Rule::Flag | Rule::Text | Rule::Number | Rule::Whole(..) | Rule::Word(_) | Rule::Id => {
            Ok(value.clone())
        }
    }
}

/// The column that a setting names. Here an id wins over a name.
pub(super) fn find<'a>(columns: &'a [Column], key: &str) -> Result<&'a Column, Refusal> {
    let by_id = columns
        .iter()
        .find(|column| &*column.id == key || &*column.decoded == key);
    by_id
        .or_else(|| column::find(columns, key))
        .ok_or_else(|| Refusal::invalid(format!("Could not find property with name or id: {key}")))
}
