//! The types of columns: what formulas may do with them, and how formulas are filtered.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

use uuid::Uuid;

use super::column::{self, Column};
use super::formula::{Formula, Key, Problem, Type};
use super::kind::Kind;
use super::workspace::Workspace;
use super::{id, rollup};

/// The types of all columns, worked out when they are asked for, and each once.
pub(crate) struct Types<'a> {
    workspace: &'a Workspace,
    /// Columns as they will be, of the data sources that are about to change.
    drafts: Option<&'a HashMap<Uuid, Vec<Column>>>,
    known: RefCell<HashMap<Place, Rc<Definition>>>,
}

/// A column: its data source and its wire id.
type Place = (Uuid, Arc<str>);

/// A column whose values are worked out.
#[derive(Debug, Default)]
pub(crate) struct Definition {
    /// `None` for a rollup, and where the expression cannot be read.
    pub(crate) formula: Option<Formula>,
    /// Unknown where the expression has no meaning, or is part of a circle.
    pub(crate) result: Type,
}

/// The column that a formula means.
pub(crate) fn referred<'c>(columns: &'c [Column], key: &Key) -> Option<&'c Column> {
    match key {
        Key::Name(name) => column::find(columns, name),
        Key::Id(id) => {
            let decoded = id::decode(id);
            columns.iter().find(|column| *column.decoded == *decoded)
        }
    }
}

/// The expression of a formula column, where it can be read.
fn formula(column: &Column) -> Option<Formula> {
    Formula::parse(column.expression()?).ok()
}

impl<'a> Types<'a> {
    /// The types of the columns as they are.
    pub(crate) fn new(workspace: &'a Workspace) -> Self {
        Self {
            workspace,
            drafts: None,
            known: RefCell::default(),
        }
    }

    /// The types of the columns as they will be.
    pub(crate) fn of_drafts(workspace: &'a Workspace, drafts: &'a HashMap<Uuid, Vec<Column>>) -> Self {
        Self {
            drafts: Some(drafts),
            ..Self::new(workspace)
        }
    }

    /// The type of a column.
    pub(crate) fn of(&self, source: Uuid, column: &Column) -> Type {
        match &column.kind {
            Kind::Title
            | Kind::RichText
            | Kind::Select
            | Kind::Status
            | Kind::Url
            | Kind::Email
            | Kind::PhoneNumber
            | Kind::UniqueId => Type::Text,
            Kind::Number => Type::Number,
            Kind::Checkbox => Type::Boolean,
            Kind::Date | Kind::CreatedTime | Kind::LastEditedTime => Type::Date,
            Kind::MultiSelect | Kind::Files => Type::list(Type::Text),
            Kind::People => Type::list(Type::Person),
            Kind::CreatedBy | Kind::LastEditedBy => Type::Person,
            Kind::Relation => Type::list(Type::Page),
            Kind::Formula | Kind::Rollup => self.definition(source, column).result.clone(),
            Kind::Place | Kind::Button | Kind::Verification | Kind::Other(_) => Type::Unknown,
        }
    }

    /// What a formula or rollup means.
    pub(crate) fn definition(&self, source: Uuid, column: &Column) -> Rc<Definition> {
        let place = (source, column.id.clone());
        if !self.knows(&place)
            && let Some(own) = self.columns(source).iter().find(|own| own.id == column.id)
        {
            self.settle(source, own);
        }
        let mut known = self.known.borrow_mut();
        known.entry(place).or_default().clone()
    }

    /// Looks for what is wrong with a formula column.
    pub(crate) fn check(&self, source: Uuid, column: &Column) -> Result<(), Problem> {
        let columns = self.columns(source);
        let formula = Formula::parse(column.expression().unwrap_or_default())?;
        if self.reaches(source, column, (source, column)) {
            return Err(Problem::mistyped("it builds on itself"));
        }
        formula.result_type(&|key| Some(self.of(source, referred(columns, key)?)))?;
        Ok(())
    }

    /// Whether a column builds on another one, however indirectly.
    pub(crate) fn reaches(&self, source: Uuid, column: &Column, other: (Uuid, &Column)) -> bool {
        let mut seen = HashSet::new();
        let mut open = self.builds_on(source, column, formula(column).as_ref());
        while let Some((source, next)) = open.pop() {
            if source == other.0 && next.id == other.1.id {
                return true;
            }
            if seen.insert((source, &next.id)) {
                open.extend(self.builds_on(source, next, formula(next).as_ref()));
            }
        }
        false
    }

    fn columns(&self, source: Uuid) -> &'a [Column] {
        let draft = self.drafts.and_then(|drafts| drafts.get(&source));
        let stored = || Some(&self.workspace.data_sources.get(&source)?.columns);
        draft.or_else(stored).map(Vec::as_slice).unwrap_or_default()
    }

    /// The columns that a formula or rollup takes its values from.
    fn builds_on(&self, source: Uuid, column: &Column, formula: Option<&Formula>) -> Vec<(Uuid, &'a Column)> {
        let columns = self.columns(source);
        match (&column.kind, formula) {
            (Kind::Formula, Some(formula)) => {
                let keys = formula.properties().into_iter();
                keys.filter_map(|key| Some((source, referred(columns, key)?)))
                    .collect()
            }
            (Kind::Rollup, _) => self.rolled_up(columns, column).into_iter().collect(),
            _ => Vec::new(),
        }
    }

    fn rolled_up(&self, columns: &'a [Column], rollup: &Column) -> Option<(Uuid, &'a Column)> {
        let target = rollup::relation(rollup, columns)?.relation_target()?;
        Some((target, rollup::rolled_up(rollup, self.columns(target))?))
    }

    /// Works out a column after all that it builds on. Chains may be of any length, so this does not call itself.
    fn settle(&self, source: Uuid, column: &'a Column) {
        let mut open = vec![Open::new(source, column)];
        let mut begun = HashSet::new();
        while let Some(top) = open.last() {
            let place = top.place();
            if begun.insert(place.clone()) {
                let needed = self.builds_on(top.source, top.column, top.formula.as_ref());
                let needed = needed
                    .into_iter()
                    .map(|(source, column)| Open::new(source, column));
                let needed: Vec<Open<'a>> = needed
                    .filter(|open| open.is_computed() && !self.knows(&open.place()))
                    // What was begun and is not known is being worked out further down: a circle.
                    .filter(|open| !begun.contains(&open.place()))
                    .collect();
                open.extend(needed);
            } else if let Some(done) = open.pop()
                && !self.knows(&place)
            {
                let definition = Definition {
                    result: self.result(&done),
                    formula: done.formula,
                };
                self.known.borrow_mut().insert(place, Rc::new(definition));
            }
        }
    }

    fn knows(&self, place: &Place) -> bool {
        self.known.borrow().contains_key(place)
    }

    /// The type of a formula or rollup, when what it builds on is known.
    fn result(&self, open: &Open<'a>) -> Type {
        let columns = self.columns(open.source);
        let of = |source: Uuid, column: &Column| match &column.kind {
            Kind::Formula | Kind::Rollup => {
                let known = self.known.borrow();
                let known = known.get(&(source, column.id.clone()));
                known.map_or(Type::Unknown, |known| known.result.clone())
            }
            _ => self.of(source, column),
        };
        match &open.formula {
            Some(formula) => {
                let typed = formula.result_type(&|key| Some(of(open.source, referred(columns, key)?)));
                typed.unwrap_or(Type::Unknown)
            }
            None if open.column.kind == Kind::Rollup => {
                let rolled = self.rolled_up(columns, open.column);
                rolled.map_or(Type::Unknown, |(source, column)| {
                    rollup::result_type(open.column, of(source, column))
                })
            }
            None => Type::Unknown,
        }
    }
}

/// A formula or rollup that is being worked out.
struct Open<'a> {
    source: Uuid,
    column: &'a Column,
    formula: Option<Formula>,
}

impl<'a> Open<'a> {
    fn new(source: Uuid, column: &'a Column) -> Self {
        Self {
            source,
            column,
            formula: formula(column),
        }
    }

    fn place(&self) -> Place {
        (self.source, self.column.id.clone())
    }

    fn is_computed(&self) -> bool {
        matches!(self.column.kind, Kind::Formula | Kind::Rollup)
    }
}
