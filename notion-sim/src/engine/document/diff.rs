//! From what a page contains to what it shall contain: which blocks stay, which change, which are new, which go.

use std::collections::{HashMap, HashSet};

use serde_json::Value;
use uuid::Uuid;

use crate::engine::markdown::{self, Node, Style};

/// What shall be in a page or block, in order, and which of the blocks that are there now shall no longer be anywhere.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) placed: Vec<Placed>,
    /// The outermost ones only.
    pub(crate) gone: Vec<Uuid>,
}

/// A block at its new place.
#[derive(Debug)]
pub(crate) enum Placed {
    /// A block that is there already, wherever that is.
    Kept {
        id: Uuid,
        /// What it shall say, where that is something else.
        says: Option<Box<Rewrite>>,
        /// What shall be in it, where that is something else.
        inside: Option<Vec<Placed>>,
    },
    /// A page or database from elsewhere.
    Brought { id: Uuid, node: Box<Node> },
    /// A new block; its children are in `inside`.
    New { node: Box<Node>, inside: Vec<Placed> },
}

/// A block before and after it says something else, without what is in it.
#[derive(Debug)]
pub(crate) struct Rewrite {
    pub(crate) before: Node,
    pub(crate) after: Node,
}

/// An old block, and whether the new one says exactly the same.
type Partner<'a> = (&'a Node, bool);

impl Placed {
    fn kept(old: &Node, says: Option<Box<Rewrite>>, inside: Option<Vec<Self>>) -> Option<Self> {
        let id = old.id?;
        Some(Self::Kept { id, says, inside })
    }
}

/// Finds out what has to be done to make `before` into `after`.
pub(crate) fn diff(before: &[Node], after: Vec<Node>) -> Outcome {
    let mut differ = Differ::default();
    differ.index(before);
    differ.claim(&after);
    let placed = differ.row(before, after);
    let mut gone = Vec::new();
    differ.collect_gone(before, &mut gone);
    Outcome { placed, gone }
}

#[derive(Debug, Default)]
struct Differ<'a> {
    /// Every block that is there now.
    by_id: HashMap<Uuid, &'a Node>,
    /// The blocks that the new text names. They stay, whatever happens around them.
    named: HashSet<Uuid>,
    /// The blocks that have got their new place.
    kept: HashSet<Uuid>,
}

impl<'a> Differ<'a> {
    fn index(&mut self, nodes: &'a [Node]) {
        for node in nodes {
            if let Some(id) = node.id {
                self.by_id.insert(id, node);
            }
            self.index(&node.children);
        }
    }

    fn claim(&mut self, nodes: &[Node]) {
        for node in nodes {
            self.named
                .extend(node.id.filter(|id| self.by_id.contains_key(id)));
            self.claim(&node.children);
        }
    }

    /// Places the blocks that are beside each other.
    fn row(&mut self, before: &'a [Node], after: Vec<Node>) -> Vec<Placed> {
        let partners = self.partners(before, &after);
        let mut placed = Vec::new();
        for (node, partner) in after.into_iter().zip(partners) {
            match partner {
                // Of a block that text cannot show nothing can be changed.
                Some((old, same)) if same || node.kind == "unsupported" => {
                    self.keep_all(&old.children);
                    placed.extend(Placed::kept(old, None, None));
                }
                Some((old, _)) => placed.extend(self.change(old, node)),
                // The same block cannot be in two places.
                None if node.id.is_some_and(|id| self.kept.contains(&id)) => {}
                None => placed.push(self.make(node)),
            }
        }
        placed
    }

    fn change(&mut self, old: &'a Node, new: Node) -> Option<Placed> {
        let before = bare(old);
        let after = bare(&new);
        let differs = text(&before) != text(&after);
        let inside = self.inside(old, new.children);
        if inside.is_none() {
            self.keep_all(&old.children);
        }
        let says = differs.then(|| Box::new(Rewrite { before, after }));
        Placed::kept(old, says, inside)
    }

    fn make(&mut self, mut node: Node) -> Placed {
        let is_record = ["child_page", "child_database"].contains(&&*node.kind);
        if let Some(id) = node.id.filter(|_| is_record) {
            self.kept.insert(id);
            let node = Box::new(node);
            return Placed::Brought { id, node };
        }
        let mut children = std::mem::take(&mut node.children);
        // What is in a copy is in its original.
        if node.payload.get("synced_from").is_some_and(Value::is_object) {
            children.clear();
        }
        let inside = self.row(&[], children);
        Placed::New {
            node: Box::new(node),
            inside,
        }
    }

    /// What shall be in a block that stays; nothing, where that is what is in it.
    fn inside(&mut self, old: &'a Node, after: Vec<Node>) -> Option<Vec<Placed>> {
        let same = old.children.len() == after.len()
            && old
                .children
                .iter()
                .zip(&after)
                .all(|(old, new)| text(old) == text(new));
        // What is in a synced block is in its copies too. It cannot become two things at once.
        let decided = || {
            let mut ids = old.children.iter().filter_map(|child| child.id);
            old.kind == "synced_block" && ids.all(|id| self.kept.contains(&id))
        };
        let shared = !old.children.is_empty() && decided();
        (!same && !shared).then(|| self.row(&old.children, after))
    }

    /// For each new block the old one that it is, and whether it has not changed at all.
    ///
    /// First those that are named find each other, wherever they were; then those that say the same; then those of the same
    /// type between the same neighbours.
    fn partners(&mut self, before: &'a [Node], after: &[Node]) -> Vec<Option<Partner<'a>>> {
        let mut partners = Vec::with_capacity(after.len());
        for node in after {
            let old = node.id.and_then(|id| self.by_id.get(&id).copied());
            let old = old.filter(|old| can_be(old, node) && !self.is_kept(old));
            self.kept.extend(old.and_then(|old| old.id));
            partners.push(old.map(|old| (old, text(old) == text(node))));
        }
        let mut same: HashMap<String, Vec<&'a Node>> = HashMap::new();
        for old in before.iter().rev().filter(|old| self.is_free(old)) {
            same.entry(text(old)).or_default().push(old);
        }
        for (node, partner) in after.iter().zip(&mut partners) {
            if partner.is_none() && node.id.is_none() {
                let old = same.get_mut(&text(node)).and_then(Vec::pop);
                self.kept.extend(old.and_then(|old| old.id));
                *partner = old.map(|old| (old, true));
            }
        }
        self.pair_rest(before, after, &mut partners);
        partners
    }

    /// Pairs what is left over by type, between blocks that have a partner.
    fn pair_rest(&mut self, before: &'a [Node], after: &[Node], partners: &mut [Option<Partner<'a>>]) {
        let places: HashMap<Uuid, usize> = before
            .iter()
            .enumerate()
            .filter_map(|(at, old)| Some((old.id?, at)))
            .collect();
        let place = |partner: &Option<Partner<'_>>| places.get(&partner.as_ref()?.0.id?).copied();
        // For each new block, where the next old block is that has a partner already.
        let mut limits = vec![before.len(); after.len()];
        let mut limit = before.len();
        for at in (0..after.len()).rev() {
            limits[at] = limit;
            limit = place(&partners[at]).unwrap_or(limit);
        }
        let mut rest: HashMap<&str, Vec<usize>> = HashMap::new();
        for (at, old) in before.iter().enumerate().filter(|(_, old)| self.is_free(old)) {
            rest.entry(&old.kind).or_default().push(at);
        }
        let mut from = 0;
        for (at, node) in after.iter().enumerate() {
            if let Some(found) = place(&partners[at]) {
                from = found + 1;
            } else if partners[at].is_none() && node.id.is_none() {
                let rest = rest.get(&*node.kind).map(Vec::as_slice).unwrap_or_default();
                let next = &rest[rest.partition_point(|place| *place < from)..];
                let found = next
                    .first()
                    .filter(|place| **place < limits[at] && can_be(&before[**place], node));
                if let Some(found) = found {
                    self.kept.extend(before[*found].id);
                    partners[at] = Some((&before[*found], false));
                    from = found + 1;
                }
            }
        }
    }

    fn is_kept(&self, node: &Node) -> bool {
        node.id.is_some_and(|id| self.kept.contains(&id))
    }

    /// Whether a block may become any other one.
    fn is_free(&self, node: &Node) -> bool {
        let named = node.id.is_none_or(|id| self.named.contains(&id));
        !named && !self.is_kept(node)
    }

    fn keep_all(&mut self, nodes: &[Node]) {
        for node in nodes {
            self.kept.extend(node.id);
            self.keep_all(&node.children);
        }
    }

    /// The outermost blocks that have got no place.
    fn collect_gone(&self, nodes: &[Node], gone: &mut Vec<Uuid>) {
        for node in nodes {
            if self.is_kept(node) {
                self.collect_gone(&node.children, gone);
            } else {
                gone.extend(node.id);
            }
        }
    }
}

/// Whether a block can be changed into another one. What is fixed for the life of a block must be the same.
fn can_be(old: &Node, new: &Node) -> bool {
    // What the text does not tell apart is whatever it was.
    let unknown = new.kind == "unsupported" && new.id == old.id;
    let alike = |key: &str| old.payload.get(key) == new.payload.get(key);
    let is_toggle = |node: &Node| node.flag("is_toggleable");
    unknown
        || (old.kind == new.kind
            && alike("table_width")
            && alike("synced_from")
            && is_toggle(old) == is_toggle(new))
}

/// A block and what is in it, so that two of them are the same text if they mean the same.
fn text(node: &Node) -> String {
    markdown::write(std::slice::from_ref(node), Style::default()).text
}

/// A block without what is in it.
fn bare(node: &Node) -> Node {
    Node {
        id: node.id,
        kind: node.kind.clone(),
        payload: node.payload.clone(),
        children: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u128) -> Uuid {
        // A valid id that shows its number.
        Uuid::from_u128(0x8000_0000_0000_4000_8000_0000_0000_0000 | number)
    }

    /// Blocks with ids from 1 in the order of their lines.
    fn blocks(text: &str) -> Vec<Node> {
        fn name(nodes: &mut [Node], next: &mut u128) {
            for node in nodes {
                *next += 1;
                node.id = node.id.or(Some(id(*next)));
                name(&mut node.children, next);
            }
        }
        let mut nodes = markdown::read(text);
        name(&mut nodes, &mut 0);
        nodes
    }

    /// `3` is the third block, `3!` if it says something else, `<` one from elsewhere, `+` a new one; what is in it in
    /// parentheses.
    fn shown(placed: &[Placed]) -> String {
        let one = |placed: &Placed| match placed {
            Placed::Kept { id, says, inside } => {
                let number = id.as_u128() & 0xFFFF;
                let mark = if says.is_some() { "!" } else { "" };
                let inside = inside.as_ref().map(|inside| format!("({})", shown(inside)));
                format!("{number}{mark}{}", inside.unwrap_or_default())
            }
            Placed::Brought { .. } => "<".to_owned(),
            Placed::New { inside, .. } if inside.is_empty() => "+".to_owned(),
            Placed::New { inside, .. } => format!("+({})", shown(inside)),
        };
        placed.iter().map(one).collect::<Vec<_>>().join(" ")
    }

    #[track_caller]
    fn assert_diff(before: &str, after: &str, placed: &str, gone: &[u128]) {
        let before = blocks(before);
        let outcome = diff(&before, markdown::read(after));
        assert_eq!(shown(&outcome.placed), placed);
        let found: Vec<u128> = outcome.gone.iter().map(|id| id.as_u128() & 0xFFFF).collect();
        assert_eq!(found, gone);
    }

    #[test]
    fn what_does_not_change_stays() {
        assert_diff("a\nb\nc", "a\nb\nc", "1 2 3", &[]);
        assert_diff("a\nb\nc", "a\nbX\nc", "1 2! 3", &[]);
        assert_diff("a\nb\nc", "a\nc", "1 3", &[2]);
        assert_diff("a\nb\nc", "new\na\nb\nnew\nc", "+ 1 2 + 3", &[]);
        assert_diff("a\nb\nc", "c\na\nb", "3 1 2", &[]);
        assert_diff("a\na\na", "a\na", "1 2", &[3]);
        assert_diff("a\n# b", "# c\nd", "2! +", &[1]);
        assert_diff("a", "", "", &[1]);
        assert_diff("", "a\n\tb", "+(+)", &[]);
        assert_diff("1. a\n2. b", "1. b", "2", &[1]);
    }

    #[test]
    fn what_is_inside_is_compared_by_itself() {
        assert_diff(
            "- a\n\t- b\n\t- c\n- d",
            "- a\n\t- b\n\t- e\n- d",
            "1(2 3!) 4",
            &[],
        );
        assert_diff("- a\n\t- b\n- d", "- x\n\t- b\n- d", "1! 3", &[]);
        assert_diff("- a\n\t- b", "- a\n- b", "1() +", &[2]);
        let table = |cell: &str| format!("<table><tr><td>a</td></tr><tr><td>{cell}</td></tr></table>");
        assert_diff(&table("b"), &table("c"), "1(2 3!)", &[]);
        assert_diff(
            &table("b"),
            "<table><tr><td>a</td><td>b</td></tr></table>",
            "+(+)",
            &[1],
        );
    }

    #[test]
    fn named_blocks_stay_wherever_they_go() {
        let page = format!("<page url=\"{}\">P</page>", id(99));
        let unknown = |alt: &str| {
            format!(
                "<unknown url=\"https://x/p/y#{}\" alt=\"{alt}\"/>",
                id(98).simple()
            )
        };
        let before = format!(
            "a\n<details><summary>t</summary>\n\t{page}\n</details>\n{}",
            unknown("bookmark")
        );
        assert_diff(
            &before,
            &format!("{}\n{page}\nb", unknown("")),
            "98 99 +",
            &[1, 2],
        );
        assert_diff(&before, &format!("{page}\n{page}\n{page}"), "99", &[1, 2, 98]);
        let wrapped = format!("<columns>\n<column>\n{page}\n</column>\n</columns>");
        assert_diff(&before, &wrapped, "+(+(99))", &[1, 2, 98]);
        let other = "<page url=\"https://x/p/32c9ce7b60a48114b301ddc78a46ec5d\">Q</page>";
        assert_diff(&before, &format!("{other}\n- a\n\t{other}"), "< +", &[1, 2, 98]);
        assert_diff("a", "<page>New</page>", "+", &[1]);
    }
}
