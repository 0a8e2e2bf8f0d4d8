//! Formula cells: what the expression of a column comes to in a row.

use std::cell::Cell;

use jiff::Timestamp;
use serde_json::Value as Json;

use super::column::Column;
use super::formula::{self, Key, Outcome, Scope, TOO_COSTLY, Type, Value};
use super::kind::Kind;
use super::page::Page;
use super::parent::Parent;
use super::reader::{self, Nesting, Reader};
use super::value::{self, Detail, PropertyValue};
use super::{operand, types};

/// The payload of a formula cell.
pub(crate) fn read(
    reader: &Reader<'_>,
    page: &Page,
    column: &Column,
    detail: Detail,
    nesting: Nesting<'_>,
) -> Json {
    let cell = Calculated::of(reader, page, column, detail, nesting);
    if let Some(seeded) = cell.preferred() {
        return seeded.clone();
    }
    if let Outcome::Unsupported(reason) = &cell.outcome {
        reader.unsupported(column, reason, nesting);
    }
    formula::answer(&cell.outcome, &cell.expected)
}

/// A formula cell, worked out.
struct Calculated<'p> {
    outcome: Outcome,
    /// The type of a result that is empty.
    expected: Type,
    /// Whether the workspace holds all that the result is made of.
    complete: bool,
    /// The value that came with a seed.
    seeded: Option<&'p Json>,
}

impl<'p> Calculated<'p> {
    fn of(
        reader: &Reader<'_>,
        page: &'p Page,
        column: &Column,
        detail: Detail,
        nesting: Nesting<'_>,
    ) -> Self {
        let seeded = match page.value(&column.id) {
            Some(PropertyValue::Raw(seeded)) => Some(seeded),
            _ => None,
        };
        let mut cell = Self {
            outcome: Outcome::Value(Value::Empty),
            expected: Type::Unknown,
            complete: false,
            seeded,
        };
        let Parent::DataSource { data_source, .. } = page.parent else {
            return cell;
        };
        let definition = reader.types.definition(data_source, column);
        cell.expected = definition.result.clone();
        let Some(formula) = &definition.formula else {
            return cell;
        };
        let Some(inside) = nesting.deeper() else {
            cell.outcome = Outcome::Unsupported(reader::TOO_DEEP.to_owned());
            return cell;
        };
        let row = Row {
            reader,
            page,
            own: operand::page(reader.workspace, page.id),
            detail,
            inside,
            complete: Cell::new(true),
        };
        cell.outcome = formula.eval(&row, nesting.work);
        cell.complete = row.complete.get();
        cell
    }

    /// The seeded value, where it is better than what was worked out: a seed may know less than the workspace it was taken
    /// from, and have formulas that mean nothing here.
    fn preferred(&self) -> Option<&'p Json> {
        let certain = self.complete && matches!(self.outcome, Outcome::Value(_));
        self.seeded.filter(|_| !certain)
    }
}

/// A row while its formula is computed.
struct Row<'a, 'r> {
    reader: &'a Reader<'r>,
    /// The page as the caller sees it.
    page: &'a Page,
    own: formula::Page,
    detail: Detail,
    inside: Nesting<'a>,
    complete: Cell<bool>,
}

impl Scope for Row<'_, '_> {
    fn now(&self) -> Timestamp {
        self.reader.now
    }

    fn page(&self) -> &formula::Page {
        &self.own
    }

    fn property(&self, page: &formula::Page, key: &Key) -> Outcome {
        let workspace = self.reader.workspace;
        let page = if page.id == self.page.id {
            Some(self.page)
        } else {
            workspace.pages.get(&page.id)
        };
        let columns = page.and_then(|page| workspace.columns_of(page));
        let column = columns.and_then(|columns| types::referred(columns, key));
        let (Some(page), Some(column)) = (page, column) else {
            self.complete.set(false);
            return Outcome::Value(Value::Empty);
        };
        match column.kind {
            Kind::Formula => self.formula(page, column),
            _ => self.cell(page, column),
        }
    }
}

impl Row<'_, '_> {
    fn cell(&self, page: &Page, column: &Column) -> Outcome {
        let workspace = self.reader.workspace;
        if let Some(PropertyValue::Relation(ids)) = page.value(&column.id)
            && !ids.iter().all(|id| workspace.pages.contains_key(id))
        {
            self.complete.set(false);
        }
        let payload = value::read_at(self.reader, page, column, self.detail, self.inside);
        match operand::read(workspace, &column.kind, &payload) {
            Ok(value) if self.inside.work.spend_size(&value).is_err() => {
                Outcome::Unsupported(TOO_COSTLY.to_owned())
            }
            read => seen(read),
        }
    }

    /// What another formula comes to, with all that the API does not show of it: lists, people and pages.
    fn formula(&self, page: &Page, column: &Column) -> Outcome {
        let cell = Calculated::of(self.reader, page, column, self.detail, self.inside);
        if let Some(seeded) = cell.preferred() {
            return seen(operand::read(self.reader.workspace, &Kind::Formula, seeded));
        }
        if !cell.complete {
            self.complete.set(false);
        }
        cell.outcome
    }
}

fn seen(read: Result<Value, String>) -> Outcome {
    read.map_or_else(Outcome::Unsupported, Outcome::Value)
}
