//! Conditions on several values at once.

use notion_schema::FilterFamily;

use super::column::Quantifier;
use super::condition::{Condition, Value};
use super::filter::Node;
use super::operator::Operator;

/// Source: <https://developers.notion.com/reference/request-limits>, array elements.
pub(super) const MAX_LIST: usize = 100;

/// The condition for all of these values. Its operator is one that takes several.
pub(super) fn one_of(condition: &Condition, values: Vec<Value>) -> Node {
    let of = |operator, value| Node::Condition(condition.with(operator, value));
    let takes_lists = matches!(
        condition.filter.family,
        FilterFamily::Select | FilterFamily::MultiSelect
    );
    let parts = if takes_lists && values.len() > 1 {
        let lists = values.chunks(MAX_LIST).map(list);
        lists.map(|list| of(condition.operator, list)).collect()
    } else {
        let one = of_one(condition.operator);
        values.into_iter().map(|value| of(one, value)).collect()
    };
    let is_any = matches!(condition.operator, Operator::EqualsAny | Operator::ContainsAny);
    if is_any {
        alternatives(condition, parts)
    } else {
        joint(condition, parts)
    }
}

fn list(values: &[Value]) -> Value {
    let values: Vec<_> = values.iter().map(Value::to_string).collect();
    Value::Json(format!("[{}]", values.join(",")))
}

/// The operator for one of the values.
fn of_one(operator: Operator) -> Operator {
    match operator {
        Operator::EqualsAny => Operator::Equals,
        Operator::EqualsNone => Operator::DoesNotEqual,
        Operator::ContainsAny => Operator::Contains,
        Operator::ContainsNone => Operator::DoesNotContain,
        one => one,
    }
}

/// One of the parts holds: of the value, or of as many values of a rollup as its quantifier says.
fn alternatives(condition: &Condition, mut parts: Vec<Node>) -> Node {
    match condition.quantifier {
        None | Some(Quantifier::Any) => Node::Any(parts),
        Some(Quantifier::None) => Node::All(parts),
        Some(Quantifier::Every) if parts.len() > 1 => refused(condition, "whether each is one of several"),
        Some(Quantifier::Every) => parts.pop().unwrap_or(Node::Any(Vec::new())),
    }
}

/// All of the parts hold.
fn joint(condition: &Condition, mut parts: Vec<Node>) -> Node {
    match condition.quantifier {
        Some(_) if parts.is_empty() => refused(condition, "whether there are any"),
        None | Some(Quantifier::Every) => Node::All(parts),
        Some(_) if parts.len() > 1 => refused(condition, "whether one is none of several"),
        Some(_) => parts.swap_remove(0),
    }
}

fn refused(condition: &Condition, what: &str) -> Node {
    Node::refused(
        format!("{}(…)", condition.question()),
        format!(
            "Notion cannot be asked of the values of `{}` {what}",
            condition.place
        ),
    )
}
