//! What a filter takes from the data source that it is sent to: the ids of columns, the options in a group, the
//! prefix of ids.

use notion_schema::{DataSource, OptionGroup, Property};

use super::column::Place;
use super::condition::{Condition, Value};
use super::filter::Node;
use super::many;
use super::operator::Operator;
use crate::property::{OptionDef, StatusGroup};
use crate::row::Binding;

/// The data source that a filter or sort is sent to.
#[derive(Clone, Copy)]
pub(crate) struct Source<'a> {
    pub(crate) binding: &'a Binding,
    pub(crate) schema: &'a DataSource,
}

impl<'a> Source<'a> {
    fn property(self, place: Place) -> Option<&'a Property> {
        match place {
            Place::Column { index, .. } => self.schema.property_by_id(self.binding.id(index)),
            Place::PageTime(_) => None,
        }
    }
}

/// The same filter in words of the API: with options in the place of groups, and numbers in that of ids.
///
/// Without a source, it is what the row type knows that counts.
pub(super) fn resolve(node: Node, source: Option<Source<'_>>) -> Result<Node, String> {
    let all = |nodes: Vec<Node>| {
        nodes
            .into_iter()
            .map(|node| resolve(node, source))
            .collect::<Result<Vec<_>, _>>()
    };
    Ok(match node {
        Node::All(nodes) => Node::All(all(nodes)?),
        Node::Any(nodes) => Node::Any(all(nodes)?),
        Node::Not(node) => Node::Not(Box::new(resolve(*node, source)?)),
        Node::Condition(condition) => {
            let property = source.and_then(|source| source.property(condition.place));
            match &condition.value {
                Value::Id { prefix, number } => {
                    check_prefix(&condition, prefix, property)?;
                    Node::Condition(condition.with(condition.operator, Value::Json(number.clone())))
                }
                Value::Group(group, named) => in_group(&condition, *group, named, property)?,
                Value::None | Value::Json(_) => Node::Condition(condition),
            }
        }
        node @ (Node::Raw(_) | Node::Refused { .. }) => node,
    })
}

fn check_prefix(condition: &Condition, prefix: &str, property: Option<&Property>) -> Result<(), String> {
    let name = condition.place.name();
    match property.filter(|_| condition.quantifier.is_none()) {
        None => Ok(()),
        Some(Property {
            prefix: Some(own), ..
        }) if own.eq_ignore_ascii_case(prefix) => Ok(()),
        Some(Property {
            prefix: Some(own), ..
        }) => Err(format!(
            "asks for `{prefix}-…`, and the ids in `{name}` begin with `{own}-`"
        )),
        Some(_) => Err(format!(
            "asks for `{prefix}-…`, and the ids in `{name}` have no prefix: compare with the number alone"
        )),
    }
}

fn in_group(
    condition: &Condition,
    group: StatusGroup,
    named: &[OptionDef],
    property: Option<&Property>,
) -> Result<Node, String> {
    let options = match property.filter(|property| !property.groups.is_empty()) {
        Some(property) => options_in(property, group, named)?,
        None if named.iter().any(|option| option.group.is_some()) => named
            .iter()
            .filter(|option| option.group == Some(group))
            .map(|option| option.name)
            .collect(),
        None => {
            return Err(format!(
                "asks for a group of `{}`, and which options are in it is only known to the data source: \
                 ask by a query of its table, or mark the variants with `#[notion(group = \"…\")]`",
                condition.place.name()
            ));
        }
    };
    let options = options.into_iter().map(Value::text).collect();
    let operator = match condition.operator {
        Operator::NotInGroup => Operator::EqualsNone,
        _ => Operator::EqualsAny,
    };
    Ok(many::one_of(&condition.with_operator(operator), options))
}

/// The options that are in the group now, whatever people call it.
fn options_in<'a>(
    property: &'a Property,
    group: StatusGroup,
    named: &[OptionDef],
) -> Result<Vec<&'a str>, String> {
    let Some(found) = find_group(property, group, named) else {
        let names: Vec<_> = property
            .groups
            .iter()
            .map(|group| format!("`{}`", group.name))
            .collect();
        return Err(format!(
            "asks for the group `{}` of `{}`, whose groups are {}: name the options with `is_any_of` instead",
            group.name(),
            property.name,
            names.join(", ")
        ));
    };
    let name = |id: &String| property.options.iter().find(|option| option.id == *id);
    Ok(found
        .option_ids
        .iter()
        .filter_map(name)
        .map(|option| &*option.name)
        .collect())
}

/// The group of that name. Of those that people have renamed, one that holds an option which the enum puts there is it,
/// wherever it stands.
fn find_group<'a>(
    property: &'a Property,
    group: StatusGroup,
    named: &[OptionDef],
) -> Option<&'a OptionGroup> {
    let holds = |other: &OptionGroup, name: &str| {
        let mut options = property.options.iter();
        options.any(|option| option.name == name && other.option_ids.contains(&option.id))
    };
    let by_name = property.groups.iter().find(|other| other.name == group.name());
    let by_option = || {
        let mut renamed = property.groups.iter().filter(|other| other.is_renamed());
        renamed.find(|other| {
            let mut own = named.iter().filter(|option| option.group == Some(group));
            own.any(|option| holds(other, option.name))
        })
    };
    by_name
        .or_else(by_option)
        .or_else(|| property.group(group.name()))
}
