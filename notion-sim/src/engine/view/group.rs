//! How a view groups rows: one grammar per kind of column.

use super::grammar::{Field, Rule};
use crate::engine::column::Column;
use crate::engine::kind::Kind;
use crate::refusal::Refusal;
use crate::validate::Fields;

const SORT: Field = Field::required(
    "sort",
    Rule::Object(&[Field::required(
        "type",
        Rule::Word(&["manual", "ascending", "descending"]),
    )]),
);
const TYPE: Field = Field::required("type", Rule::Text);
const BY_OPTION: Field = Field::required("group_by", Rule::Word(&["group", "option"]));
const BY_DATE: Field = Field::required(
    "group_by",
    Rule::Word(&["relative", "day", "week", "month", "year"]),
);
const BY_TEXT: Field = Field::required("group_by", Rule::Word(&["exact", "alphabet_prefix"]));
const BY_RESULT: Field = Field::required("group_by", Rule::FormulaGroup);
const FIRST_DAY: Field = Field::optional("start_day_of_week", Rule::Whole(0, 1));
const FROM: Field = Field::optional("range_start", Rule::Number);
const TO: Field = Field::optional("range_end", Rule::Number);
const STEP: Field = Field::optional("range_size", Rule::Whole(1, u32::MAX));

/// What every way of grouping has, before and after what is its own.
const BEFORE: [Field; 2] = [TYPE, Field::required("property_id", Rule::Column)];
const AFTER: [Field; 2] = [SORT, Field::optional("hide_empty_groups", Rule::Flag)];

/// The ways of grouping: their name, the kind of column they are for, and what is their own.
const WAYS: [(&str, Kind, &[Field]); 18] = [
    ("select", Kind::Select, &[]),
    ("multi_select", Kind::MultiSelect, &[]),
    ("status", Kind::Status, &[BY_OPTION]),
    ("person", Kind::People, &[]),
    ("created_by", Kind::CreatedBy, &[]),
    ("last_edited_by", Kind::LastEditedBy, &[]),
    ("relation", Kind::Relation, &[]),
    ("date", Kind::Date, &[BY_DATE, FIRST_DAY]),
    ("created_time", Kind::CreatedTime, &[BY_DATE, FIRST_DAY]),
    ("last_edited_time", Kind::LastEditedTime, &[BY_DATE, FIRST_DAY]),
    ("text", Kind::RichText, &[BY_TEXT]),
    ("title", Kind::Title, &[BY_TEXT]),
    ("url", Kind::Url, &[BY_TEXT]),
    ("email", Kind::Email, &[BY_TEXT]),
    ("phone_number", Kind::PhoneNumber, &[BY_TEXT]),
    ("number", Kind::Number, &[FROM, TO, STEP]),
    ("checkbox", Kind::Checkbox, &[]),
    ("formula", Kind::Formula, &[BY_RESULT]),
];

/// The ways of grouping by the result of a formula.
const RESULTS: [(&str, &[Field]); 4] = [
    ("date", &[TYPE, BY_DATE, SORT, FIRST_DAY]),
    ("text", &[TYPE, BY_TEXT, SORT]),
    ("number", &[TYPE, SORT, FROM, TO, STEP]),
    ("checkbox", &[TYPE, SORT]),
];

/// The keys of this way of grouping.
pub(super) fn rules(fields: &Fields<'_>) -> Result<Vec<Field>, Refusal> {
    let names = WAYS.map(|(name, ..)| name);
    let way = fields.word("type", &names)?;
    let own = WAYS.iter().find(|(name, ..)| *name == way);
    let own = own.map(|(.., own)| *own).unwrap_or_default();
    Ok([&BEFORE[..], own, &AFTER[..]].concat())
}

/// The keys of this way of grouping by the result of a formula.
pub(super) fn formula_rules(fields: &Fields<'_>) -> Result<&'static [Field], Refusal> {
    let names = RESULTS.map(|(name, _)| name);
    let result = fields.word("type", &names)?;
    let found = RESULTS.iter().find(|(name, _)| *name == result);
    Ok(found.map(|(_, rules)| *rules).unwrap_or_default())
}

/// Refuses to group a column in a way that is for another kind. Kinds with no way of their own are let through.
pub(super) fn admit(fields: &Fields<'_>, column: &Column) -> Result<(), Refusal> {
    let Some((wanted, ..)) = WAYS.iter().find(|(_, kind, _)| *kind == column.kind) else {
        return Ok(());
    };
    match fields.word("type", &[wanted]) {
        Ok(_) => Ok(()),
        Err(_) => Err(Refusal::invalid(format!(
            "Cannot group by property {}: its type is {}, so the type of the group should be {wanted}.",
            column.name,
            column.kind.name()
        ))),
    }
}
