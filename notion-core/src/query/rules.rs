//! Notion's rules for filters, and how any filter is brought under them without changing its meaning: no negation,
//! two levels at most, no more than 100 conditions side by side.

use super::column::Quantifier;
use super::condition::{Condition, Value};
use super::filter::Node;
use super::many::MAX_LIST;
use super::operator::Operator;

/// The same filter in a form that Notion takes, or why there is none.
pub(super) fn two_levels(node: Node) -> Result<Node, String> {
    let node = flatten(without_not(node, false)?);
    let node = if node.depth() <= 2 {
        node
    } else {
        distribute(&node)?
    };
    let node = in_hundreds(node);
    let widest = widest(&node);
    if widest > MAX_LIST {
        return Err(format!(
            "has {widest} conditions side by side, and Notion takes {MAX_LIST}"
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
        Node::Refused { reason, .. } => return Err(format!("cannot be sent: {reason}")),
        Node::Condition(condition) if negated => without_not(negate(&condition)?, false)?,
        Node::Condition(condition) => in_words(condition),
        Node::Raw(_) if negated => {
            return Err("negates a raw filter, which only its author can do".to_owned());
        }
        Node::Raw(filter) => Node::Raw(filter),
    })
}

fn negate(condition: &Condition) -> Result<Node, String> {
    if let Some(opposite) = condition.opposite() {
        return Ok(Node::Condition(opposite));
    }
    let others = others(condition)?;
    Ok(Node::Any(match condition.quantifier {
        None => others.into_iter().map(Node::Condition).collect(),
        // Not every value passes if there is one that does not. Where none passes there may be no value at all, of which
        // `every` does not hold.
        Some(_every) => {
            let any = others.iter().map(|other| other.with_quantifier(Quantifier::Any));
            let none = condition.with_quantifier(Quantifier::None);
            any.chain([none]).map(Node::Condition).collect()
        }
    }))
}

/// The conditions of which one holds of each value of which this one does not.
fn others(condition: &Condition) -> Result<Vec<Condition>, String> {
    if let Some(opposite) = condition.operator.opposite() {
        return Ok(vec![condition.with_operator(opposite)]);
    }
    let Some(beyond) = condition.operator.beyond() else {
        return Err(format!(
            "negates `{condition}`, for which Notion has no opposite: leave that out, and pass over these rows as they come"
        ));
    };
    let beyond = condition.with_operator(beyond);
    Ok([beyond].into_iter().chain(empty(condition)).collect())
}

/// Of an empty value no comparison holds, so the opposite of one must take the empty values in.
fn empty(condition: &Condition) -> Option<Condition> {
    let empty = condition.with(Operator::IsEmpty, Value::None);
    condition.filter.may_be_empty.then_some(empty)
}

/// The condition in operators that Notion has: it lacks one for a date that is another than this.
fn in_words(condition: Condition) -> Node {
    if condition.operator.is_in_api(&condition.filter) {
        return Node::Condition(condition);
    }
    let others = |condition: &Condition| {
        let differ = [Operator::Before, Operator::After].map(|operator| condition.with_operator(operator));
        differ
            .into_iter()
            .chain(empty(condition))
            .map(Node::Condition)
            .collect()
    };
    match condition.quantifier {
        None | Some(Quantifier::Any) => Node::Any(others(&condition)),
        Some(Quantifier::None) => Node::All(others(&condition)),
        Some(Quantifier::Every) => {
            let same = condition.with_operator(Operator::Equals);
            Node::All(vec![
                Node::Condition(same.with_quantifier(Quantifier::None)),
                Node::Any(others(&condition.with_quantifier(Quantifier::Any))),
            ])
        }
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

/// Alternatives (or conditions) of one level, in groups that Notion takes, as there is a second level for them.
fn in_hundreds(node: Node) -> Node {
    let split = |nodes: Vec<Node>, group: fn(Vec<Node>) -> Node| {
        if nodes.len() <= MAX_LIST || nodes.iter().any(|node| node.depth() > 0) {
            return group(nodes);
        }
        group(
            nodes
                .chunks(MAX_LIST)
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
                if product.len() * groups.len() > MAX_LIST {
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
    (all.len() <= MAX_LIST).then_some(all)
}

fn size(node: &Node) -> usize {
    match node {
        Node::All(nodes) | Node::Any(nodes) => nodes.iter().map(size).sum(),
        _ => 1,
    }
}
