//! Notion's rules for filters, and how any filter is brought under them without changing its meaning: no negation,
//! two levels at most, no more than 100 conditions side by side.

use notion_schema::FilterFamily;

use super::filter::{Condition, Node, Operator};
use crate::kind::Filterable;

/// Source: <https://developers.notion.com/reference/request-limits>, array elements.
const MAX_SIDE_BY_SIDE: usize = 100;

/// The operator that holds of just those rows of which this one does not, if there is one.
pub(super) fn opposite(operator: Operator) -> Option<Operator> {
    Some(match operator {
        Operator::Equals => Operator::DoesNotEqual,
        Operator::DoesNotEqual => Operator::Equals,
        Operator::Contains => Operator::DoesNotContain,
        Operator::DoesNotContain => Operator::Contains,
        Operator::IsEmpty => Operator::IsNotEmpty,
        Operator::IsNotEmpty => Operator::IsEmpty,
        _ => return None,
    })
}

/// The same filter in a form that Notion takes, or why there is none.
pub(super) fn two_levels(node: Node) -> Result<Node, String> {
    let node = flatten(without_not(node, false)?);
    let node = if depth(&node) <= 2 {
        node
    } else {
        distribute(&node)?
    };
    let node = in_hundreds(node);
    let widest = widest(&node);
    if widest > MAX_SIDE_BY_SIDE {
        return Err(format!(
            "has {widest} conditions side by side, and Notion takes {MAX_SIDE_BY_SIDE}"
        ));
    }
    Ok(node)
}

/// Pushes negations down to the conditions, and there to the opposite operator.
fn without_not(node: Node, negated: bool) -> Result<Node, String> {
    let all = |nodes: Vec<Node>| {
        nodes
            .into_iter()
            .map(|node| without_not(node, negated))
            .collect::<Result<Vec<_>, _>>()
    };
    Ok(match node {
        Node::Not(node) => without_not(*node, !negated)?,
        Node::All(nodes) if negated => Node::Any(all(nodes)?),
        Node::Any(nodes) if negated => Node::All(all(nodes)?),
        Node::All(nodes) => Node::All(all(nodes)?),
        Node::Any(nodes) => Node::Any(all(nodes)?),
        Node::Refused(reason) => return Err(format!("cannot be sent: {reason}")),
        Node::Condition(condition) if negated => negate(&condition)?,
        Node::Raw(_) if negated => {
            return Err("negates a raw filter, which only its author can do".to_owned());
        }
        node @ (Node::Condition(_) | Node::Raw(_)) => node,
    })
}

fn negate(condition: &Condition) -> Result<Node, String> {
    use Operator::{
        After, Before, Equals, GreaterThan, GreaterThanOrEqualTo, IsEmpty, LessThan, LessThanOrEqualTo,
        OnOrAfter, OnOrBefore,
    };
    let with = |operator| {
        Node::Condition(Condition {
            operator,
            ..condition.clone()
        })
    };
    // Of an empty value no comparison holds, so the opposite of one must take the empty values in.
    let or_empty = |operators: &[Operator]| {
        let empty = Node::Condition(Condition {
            operator: IsEmpty,
            value: String::new(),
            ..condition.clone()
        });
        let may_be_empty = has(&condition.filter, IsEmpty);
        Node::Any(
            operators
                .iter()
                .copied()
                .map(with)
                .chain(may_be_empty.then_some(empty))
                .collect(),
        )
    };
    Ok(match condition.operator {
        GreaterThan => or_empty(&[LessThanOrEqualTo]),
        GreaterThanOrEqualTo => or_empty(&[LessThan]),
        LessThan => or_empty(&[GreaterThanOrEqualTo]),
        LessThanOrEqualTo => or_empty(&[GreaterThan]),
        Before => or_empty(&[OnOrAfter]),
        After => or_empty(&[OnOrBefore]),
        OnOrBefore => or_empty(&[After]),
        OnOrAfter => or_empty(&[Before]),
        Equals if !has(&condition.filter, Operator::DoesNotEqual) => or_empty(&[Before, After]),
        operator => match opposite(operator) {
            Some(opposite) => with(opposite),
            None => {
                let condition = Node::Condition(condition.clone());
                return Err(format!("negates `{condition}`, for which Notion has no opposite"));
            }
        },
    })
}

/// What columns answer to, beyond what the types make sure of.
pub(super) fn has(filter: &Filterable, operator: Operator) -> bool {
    match operator {
        Operator::DoesNotEqual => filter.family != FilterFamily::Date,
        Operator::IsEmpty => filter.may_be_empty,
        _ => true,
    }
}

/// Merges an `and` within an `and`, an `or` within an `or`, and groups of one; settles groups of none.
fn flatten(node: Node) -> Node {
    let (nodes, is_all) = match node {
        Node::All(nodes) => (nodes, true),
        Node::Any(nodes) => (nodes, false),
        node => return node,
    };
    let mut flat = Vec::new();
    for node in nodes {
        match flatten(node) {
            Node::All(inner) if is_all => flat.extend(inner),
            Node::Any(inner) if !is_all => flat.extend(inner),
            // An empty group of the other kind settles this one: `x & false`, `x | true`.
            settled @ (Node::All(_) | Node::Any(_)) if is_group_of(&settled, 0) => return settled,
            node => flat.push(node),
        }
    }
    match (flat.len(), is_all) {
        (1, _) => flat.swap_remove(0),
        (_, true) => Node::All(flat),
        (_, false) => Node::Any(flat),
    }
}

fn is_group_of(node: &Node, count: usize) -> bool {
    matches!(node, Node::All(nodes) | Node::Any(nodes) if nodes.len() == count)
}

fn depth(node: &Node) -> usize {
    match node {
        Node::All(nodes) | Node::Any(nodes) => 1 + nodes.iter().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

/// Alternatives (or conditions) of one level, in groups that Notion takes, as there is a second level for them.
fn in_hundreds(node: Node) -> Node {
    let split = |nodes: Vec<Node>, group: fn(Vec<Node>) -> Node| {
        if nodes.len() <= MAX_SIDE_BY_SIDE || nodes.iter().any(|node| depth(node) > 0) {
            return group(nodes);
        }
        group(
            nodes
                .chunks(MAX_SIDE_BY_SIDE)
                .map(|hundred| group(hundred.to_vec()))
                .collect(),
        )
    };
    match node {
        Node::All(nodes) => split(nodes, Node::All),
        Node::Any(nodes) => split(nodes, Node::Any),
        node => node,
    }
}

fn widest(node: &Node) -> usize {
    match node {
        Node::All(nodes) | Node::Any(nodes) => nodes.iter().map(widest).max().unwrap_or(0).max(nodes.len()),
        _ => 0,
    }
}

/// A filter deeper than two levels as alternatives of conditions, or as conditions on alternatives: whichever
/// is smaller.
fn distribute(node: &Node) -> Result<Node, String> {
    let forms = [true, false].map(|is_all| {
        let groups = groups(node, is_all)?;
        let inner = |group| {
            if is_all {
                Node::Any(group)
            } else {
                Node::All(group)
            }
        };
        let nodes = groups.into_iter().map(inner).collect();
        Some(flatten(if is_all {
            Node::All(nodes)
        } else {
            Node::Any(nodes)
        }))
    });
    forms.into_iter().flatten().min_by_key(size).ok_or_else(|| {
        "is too deep: Notion takes two levels, and to spread it out takes too many conditions".to_owned()
    })
}

/// The groups of conditions of which all (each with one that holds) or any (each with all that hold) decide.
fn groups(node: &Node, is_all: bool) -> Option<Vec<Vec<Node>>> {
    match node {
        Node::All(nodes) if is_all => side_by_side(nodes, is_all),
        Node::Any(nodes) if !is_all => side_by_side(nodes, is_all),
        Node::All(nodes) | Node::Any(nodes) => {
            let mut product = vec![Vec::new()];
            for node in nodes {
                let groups = groups(node, is_all)?;
                if product.len() * groups.len() > MAX_SIDE_BY_SIDE {
                    return None;
                }
                let joined = |left: &Vec<Node>| {
                    groups
                        .iter()
                        .map(|right| [&left[..], &right[..]].concat())
                        .collect::<Vec<_>>()
                };
                product = product.iter().flat_map(joined).collect();
            }
            Some(product)
        }
        leaf => Some(vec![vec![leaf.clone()]]),
    }
}

fn side_by_side(nodes: &[Node], is_all: bool) -> Option<Vec<Vec<Node>>> {
    let mut all = Vec::new();
    for node in nodes {
        all.extend(groups(node, is_all)?);
    }
    (all.len() <= MAX_SIDE_BY_SIDE).then_some(all)
}

fn size(node: &Node) -> usize {
    match node {
        Node::All(nodes) | Node::Any(nodes) => nodes.iter().map(size).sum(),
        _ => 1,
    }
}
